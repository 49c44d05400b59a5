package dev.regcred.cli;

/** The exception of a command that can't go on; its message is the one line that is printed. */
final class CommandException extends RuntimeException {
  private final int exitCode;

  private CommandException(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** The exception where the command line names what is not there, or can't be. */
  static CommandException usage(String message) {
    return new CommandException(ExitCode.USAGE, message);
  }

  /** The exception where what was asked for is refused, or does not come. */
  static CommandException fault(String message) {
    return new CommandException(ExitCode.FAULT, message);
  }

  /** The exception where kubectl fails, or whoever asks is not allowed to look. */
  static CommandException notSeen(String message) {
    return new CommandException(ExitCode.NOT_SEEN, message);
  }

  /** The exit code of the command, one of {@link ExitCode}. */
  int exitCode() {
    return exitCode;
  }
}
