package dev.regcred.testcluster;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.List;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;

/** Whether containers can be run here. */
@FunctionalInterface
interface DockerEngine {
  boolean answers();

  /** Asks as Testcontainers will: it looks in more places than {@code DOCKER_HOST}. */
  static DockerEngine ofTestcontainers() {
    return () ->
        silently(
            List.of("org.testcontainers", "com.github.dockerjava"),
            () -> DockerClientFactory.instance().isDockerAvailable());
  }

  /** Not finding an engine is an answer here; Testcontainers logs it as a page of errors. */
  private static boolean silently(List<String> loggers, DockerEngine question) {
    var silenced = loggers.stream().map(name -> (Logger) LoggerFactory.getLogger(name)).toList();
    var levels = silenced.stream().map(Logger::getLevel).toList();
    silenced.forEach(logger -> logger.setLevel(Level.OFF));
    try {
      return question.answers();
    } catch (RuntimeException e) {
      throw new ClusterUnavailableException(
          "A Docker engine answers, but Testcontainers cannot use it (%s): mend it, or set %s=local."
              .formatted(e.getMessage(), ClusterProperties.CLUSTER));
    } finally {
      for (int i = 0; i < silenced.size(); i++) {
        silenced.get(i).setLevel(levels.get(i));
      }
    }
  }
}
