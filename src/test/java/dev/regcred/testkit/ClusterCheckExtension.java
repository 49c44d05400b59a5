package dev.regcred.testkit;

import dev.regcred.testcluster.SharedCluster;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * The {@link ClusterCheck} after every test that ran on the shared cluster, before anything of the
 * test is cleared away. JUnit finds this extension by itself, so that no class can forget it; only
 * jqwik's properties have to ask for the check.
 */
public final class ClusterCheckExtension implements AfterTestExecutionCallback {
  @Override
  public void afterTestExecution(ExtensionContext context) {
    if (SharedCluster.isStarted()
        && !AnnotationSupport.isAnnotated(context.getRequiredTestClass(), WithoutOperator.class)) {
      ClusterCheck.ofTheSharedCluster(handedBack(context));
    }
  }

  private static Set<String> handedBack(ExtensionContext context) {
    return Stream.of(
            AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), HandsBack.class),
            AnnotationSupport.findAnnotation(context.getRequiredTestClass(), HandsBack.class))
        .flatMap(java.util.Optional::stream)
        .flatMap(annotation -> Arrays.stream(annotation.value()))
        .collect(Collectors.toSet());
  }
}
