package dev.regcred.cli;

/** A command can't go on; its message is the one line that is printed. */
final class CommandException extends RuntimeException {
  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The command line names what is not there, or can't be. */
  static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** What was asked for is refused, or does not come. */
  static CommandException fault(String message) {
    return new CommandException(ExitCode.FAULT, message);
  }

  /** It is not possible to look. */
  static CommandException notSeen(String message) {
    return new CommandException(ExitCode.NOT_SEEN, message);
  }

  int exitCode() {
    return exitCode;
  }
}
