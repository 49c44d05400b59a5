package dev.regcred.integration;

import dev.regcred.testkit.HandsBack;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link CrashPoints} of the namespaced kinds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@HandsBack("pull")
class CrashPointIT {
  private static final int AT_A_TIME = 2;

  @AutoClose private final CrashPoints points = new CrashPoints(CrashScenarios.ALL, AT_A_TIME);

  Stream<CrashScenario> scenarios() {
    return points.scenarios();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scenarios")
  void everyCrashIsTakenUpAgain(CrashScenario scenario) throws Exception {
    points.check(scenario);
  }
}
