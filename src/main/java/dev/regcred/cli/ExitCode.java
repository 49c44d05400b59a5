package dev.regcred.cli;

/** An exit code tells a script how a command ended; docs/cli.md has all four. */
final class ExitCode {
  /** Nothing is wrong, or what was asked for was done. */
  static final int FINE = 0;

  /** A fault was found, or what was asked for is refused, or did not come in time. */
  static final int FAULT = 1;

  /** The command line can't be understood, or names what is not there. */
  static final int USAGE = 2;

  /** It was not possible to look: not allowed, or kubectl failed. */
  static final int NOT_SEEN = 3;

  private ExitCode() {}
}
