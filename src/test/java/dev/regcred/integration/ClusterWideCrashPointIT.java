package dev.regcred.integration;

import dev.regcred.testkit.HandsBack;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link CrashPoints} of the cluster-wide kinds, whose copies are in several namespaces. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@HandsBack("pull")
class ClusterWideCrashPointIT {
  @AutoClose private final CrashPoints points = new CrashPoints(ClusterWideCrashScenarios.ALL, 1);

  Stream<CrashScenario> scenarios() {
    return points.scenarios();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void everyCrashIsTakenUpAgain(CrashScenario scenario) throws Exception {
    points.check(scenario);
  }
}
