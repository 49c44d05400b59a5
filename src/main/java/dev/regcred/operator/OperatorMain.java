package dev.regcred.operator;

import dev.regcred.operator.kubeconfig.Kubeconfig;
import java.io.IOException;
import java.net.BindException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main class starts the operator for the cluster of the current kubeconfig, or of its Pod. */
public final class OperatorMain {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  private OperatorMain() {}

  public static void main(String[] args) {
    try {
      if (args.length > 0) {
        throw new IllegalArgumentException(
            "There are no arguments; the operator is set by environment variables");
      }
      var config = OperatorConfig.fromEnvironment(System.getenv());
      var kubernetes = Kubeconfig.read(System.getenv());
      var operator =
          RunningOperator.start(
              config, kubernetes, () -> new Thread(() -> System.exit(1), "superseded").start());
      Runtime.getRuntime().addShutdownHook(new Thread(operator::close, "shutdown"));
      LOG.info(
          "Serving {} of {}",
          config.namespaces().isEmpty() ? "all namespaces" : config.namespaces(),
          kubernetes.getMasterUrl());
    } catch (BindException | IllegalArgumentException e) {
      LOG.error("{}", inOneLine(e));
      LOG.debug("The operator could not start", e);
      System.exit(2);
    } catch (IOException | RuntimeException | Error e) { // Else half of it would go on.
      LOG.error("The operator could not start", e);
      System.exit(1);
    }
  }

  /** What somebody has typed may have line breaks. */
  private static String inOneLine(Exception e) {
    return String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ");
  }
}
