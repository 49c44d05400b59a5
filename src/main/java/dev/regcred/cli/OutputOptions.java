package dev.regcred.cli;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option by which a command prints its report for programs, and the printing of it. */
final class OutputOptions {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "json or yaml in the place of text.")
  private @Nullable OutputFormat output;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** Whether the report is for people, as it is unless something else is asked for. */
  boolean isText() {
    return output == null;
  }

  /**
   * Prints the report to standard output, at once.
   *
   * @param text what people get of it
   */
  void print(Object report, Supplier<String> text) {
    print(output == null ? text.get() : output.print(report));
  }

  /** Prints a text to standard output, at once. */
  void print(String text) {
    var out = command.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
