package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/**
 * CRDs that let in everything, as those of a newer version may let in what this one does not know.
 *
 * @param scenario which cluster
 * @param crds the names of those that do so
 * @param probe a resource of one of these kinds
 */
record LooseSchema(OperatorScenario scenario, List<String> crds, String probe) {
  private static final String ANYTHING =
      """
      [{"op":"replace","path":"/spec/versions/0/schema/openAPIV3Schema",
        "value":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}]
      """;

  /** What ships is back afterwards, whatever happens. */
  void during(Runnable action) {
    try {
      crds.forEach(crd -> ok("patch", "crd/" + crd, "--type=json", "-p", ANYTHING));
      OperatorScenario.await().untilAsserted(() -> assertThat(refusesNonsense()).isFalse());
      action.run();
    } finally {
      ok("apply", "-f", "crds");
      OperatorScenario.await().untilAsserted(() -> assertThat(refusesNonsense()).isTrue());
    }
  }

  /**
   * Changes a resource.
   *
   * @param patch with {@code %s} in the place of the value
   */
  void patch(String resource, String patch, String value) {
    OperatorScenario.await()
        .untilAsserted(
            () ->
                assertThat(
                        scenario
                            .tried("patch", resource, "--type=merge", "-p", patch.formatted(value))
                            .stderr())
                    .isEmpty());
  }

  /** The API server takes up a changed CRD a little later. */
  private boolean refusesNonsense() {
    return scenario
            .tried(
                "patch",
                probe,
                "--type=merge",
                "--dry-run=server",
                "-p",
                "{\"spec\":{\"desiredState\":\"Nonsense\"}}")
            .exitCode()
        != 0;
  }

  private void ok(String... arguments) {
    scenario.kubectl(arguments);
  }
}
