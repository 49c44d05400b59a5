package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testkit.LogCapture;
import dev.regcred.testkit.Manifests;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A policy of the cluster that sets a label of its own on each Secret, whatever was asked for. */
class OverriddenLabelIT extends OperatorScenario {
  private final String name = "label-of-" + namespace;

  @BeforeEach
  void applyPolicy() {
    var applied =
        installation
            .cluster()
            .kubectl()
            .runWithInput(
                """
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicy
                metadata: {name: %1$s}
                spec:
                  reinvocationPolicy: Never
                  matchConstraints:
                    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %2$s}}
                    resourceRules:
                    - {apiGroups: [""], apiVersions: [v1], resources: [secrets], operations: [CREATE, UPDATE]}
                  mutations:
                  - patchType: ApplyConfiguration
                    applyConfiguration:
                      expression: 'Object{metadata: Object.metadata{labels: {"team": "platform"}}}'
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingAdmissionPolicyBinding
                metadata: {name: %1$s}
                spec: {policyName: %1$s}
                """
                    .formatted(name, namespace),
                "apply",
                "-f",
                "-");
    assertThat(applied.exitCode()).as(applied.stderr()).isZero();
    eventually(
        () ->
            client
                .resource(Manifests.secret("trial").yaml())
                .inNamespace(namespace)
                .dryRun()
                .create()
                .getMetadata()
                .getLabels()
                .containsKey("team"));
  }

  @AfterEach
  void removePolicy() {
    for (String kind : new String[] {"mutatingadmissionpolicybinding", "mutatingadmissionpolicy"}) {
      installation.cluster().kubectl().ok("delete", "--ignore-not-found", kind, name);
    }
  }

  @Test
  void whatAPolicyOverridesIsSaidOnceAndKeepsNothingFromBeingWritten() {
    try (var log = LogCapture.begin()) {
      applySource(CANARY);
      applied(
          Manifests.registry("main"),
          Manifests.credential("pull").targetLabel("team", "blue").targetLabel("tier", "web"));
      awaitState("pull", "Active", "Active");
      for (int round = 0; round < 3; round++) {
        applySource(CANARY + "-" + round);
        awaitPullSecret(config(CANARY + "-" + round));
      }
      assertThat(pullSecret().getMetadata().getLabels())
          .containsEntry("team", "platform")
          .containsEntry("tier", "web");
      assertThat(log.entriesWith("overrides").lines())
          .singleElement()
          .asString()
          .contains("WARN Secret " + namespace + "/pull", "[team]");
    }
    awaitState("pull", "Active", "Active");
  }
}
