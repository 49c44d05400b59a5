package dev.regcred.integration;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** A test of the policies by which the API server gives pull Secrets to Pods. */
abstract class AttachScenario extends ClusterWideScenario {
  static final String POLICIES = "deploy/optional/attach.yaml";
  static final String API = "admissionregistration.k8s.io/v1";
  static final String POLICY = "MutatingAdmissionPolicy";
  static final String BINDING = "MutatingAdmissionPolicyBinding";

  /** The policies are everybody's, so the next test begins without them. */
  @AfterEach
  final void removePolicies() {
    if (client.supports(API, POLICY)) {
      installation.cluster().kubectl().ok("delete", "--ignore-not-found", "-f", POLICIES);
    }
  }

  /** As an administrator would. */
  final void applyPolicies() {
    installation.cluster().kubectl().ok("apply", "-f", POLICIES);
  }

  final io.fabric8.kubernetes.client.dsl.Resource<GenericKubernetesResource> policyObject(
      String kind, String policy) {
    return client.genericKubernetesResources(API, kind).withName(policy);
  }

  /** The pull Secrets that a new Pod would name; nothing is stored. */
  final List<String> pullSecretsOfANewPod(Map<String, String> labels) {
    return pullSecretsOfANewPod(namespace, labels);
  }

  final List<String> pullSecretsOfANewPod(String in, Map<String, String> labels) {
    return names(client.resource(pod("trial", in, labels)).dryRun().create());
  }

  static List<String> names(Pod pod) {
    return pod.getSpec().getImagePullSecrets().stream().map(LocalObjectReference::getName).toList();
  }

  /** As the restricted Pod Security Standard asks, so that every namespace takes it. */
  static PodSpec spec() {
    return new PodSpecBuilder()
        .withNewSecurityContext()
        .withRunAsNonRoot()
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .endSecurityContext()
        .addNewContainer()
        .withName("app")
        .withImage("registry.example.com/app:1")
        .withNewSecurityContext()
        .withAllowPrivilegeEscalation(false)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .endSecurityContext()
        .endContainer()
        .build();
  }

  static Pod pod(String name, String in, Map<String, String> labels) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(in)
        .withLabels(labels)
        .endMetadata()
        .withSpec(spec())
        .build();
  }
}
