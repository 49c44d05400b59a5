package dev.regcred.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What {@code /metrics} of an operator says. */
public final class Meters {
  private final int port;

  public Meters(int port) {
    this.port = port;
  }

  /** The value of a series, given by its name and labels; zero where there is none. */
  public double value(String series) {
    return text()
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .sum();
  }

  /** The sum of a metric over all its labels. */
  public double sum(String name) {
    return text()
        .lines()
        .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** How often something of that kind was put right. */
  public int corrections(String kind) {
    return (int) value("regcred_drift_corrections_total{kind=\"" + kind + "\"}");
  }

  /** How many passes over resources of that kind there were. */
  public int passes(String kind) {
    return (int) value("regcred_reconcile_seconds_count{kind=\"" + kind + "\"}");
  }

  private String text() {
    try (var body = URI.create("http://127.0.0.1:" + port + "/metrics").toURL().openStream()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
