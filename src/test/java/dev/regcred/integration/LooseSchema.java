package dev.regcred.integration;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;

/**
 * CRDs that let in everything, as those of a newer version may let in what this one does not know.
 *
 * @param scenario which cluster
 * @param crds the names of those that do so
 * @param probe the kind and name of a resource of one of these kinds
 */
record LooseSchema(OperatorScenario scenario, List<String> crds, String probe) {
  private static final String ANYTHING =
      """
      [{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema",
        "value":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}]
      """;

  private static final String NONSENSE = "{\"spec\":{\"desiredState\":\"Nonsense\"}}";

  /** What ships is back afterwards, whatever happens. */
  void during(Runnable action) {
    try {
      crds.forEach(this::loosen);
      OperatorScenario.eventually(() -> takes(probe, NONSENSE));
      action.run();
    } finally {
      scenario.kubectl("apply", "-f", "crds");
      OperatorScenario.eventually(() -> !takes(probe, NONSENSE));
    }
  }

  private void loosen(String crd) {
    scenario
        .client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(crd)
        .patch(PatchContext.of(PatchType.JSON), ANYTHING);
  }

  /** Merges into a resource what the schema that ships may not allow. */
  void patch(String resource, String json) {
    // The API server takes up a changed CRD a little later.
    OperatorScenario.eventually(() -> takes(resource, json));
    scenario.patch(resource, json);
  }

  private boolean takes(String resource, String json) {
    var kindAndName = resource.split("/", 2);
    return scenario.test.namespace().takes(kindAndName[0], kindAndName[1], json);
  }
}
