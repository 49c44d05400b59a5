package dev.regcred.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The main class of the plugin {@code kubectl regcred}. */
@Command(
    name = "kubectl regcred",
    description =
        "Says why a Pod does not get its images, who can pull an image and how credentials are, and"
            + " brings credentials and registries where they are declared to be.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      ExplainCommand.class,
      WhoCanPullCommand.class,
      StatusCommand.class,
      ImportCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 nothing is wrong, 1 a fault was found, 2 the command line is wrong or names"
          + " what is not there, 3 it was not possible to look.",
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /** What the jar's manifest says. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"kubectl-regcred " + (version == null ? "(from its classes)" : version)};
    }
  }

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** All commands. */
  static CommandLine commandLine() {
    var commandLine = new CommandLine(new Main());
    for (Verb verb : Verb.values()) {
      var command = new CommandLine(new LifecycleCommand(verb));
      command.getCommandSpec().usageMessage().description(verb.description());
      commandLine.addSubcommand(verb.name().toLowerCase(Locale.ROOT), command);
    }
    return commandLine
        .setUsageHelpAutoWidth(false)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (exception, failing, _) -> failed(exception, failing.getErr()));
  }

  private static int failed(Exception exception, PrintWriter err) {
    if (exception instanceof CommandException expected) {
      err.println("error: " + expected.getMessage());
      return expected.exitCode();
    }
    // Without its message, which may quote what was read.
    err.println("error: an unexpected " + exception.getClass().getName());
    Stream.of(exception.getStackTrace()).forEach(frame -> err.println("  at " + frame));
    return ExitCode.NOT_SEEN;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command? See --help.");
  }
}
