package dev.regcred.cli;

/** The exit codes of all commands; docs/cli.md has them for scripts. */
final class ExitCode {
  /** Nothing is wrong. */
  static final int FINE = 0;

  /** A fault was found. */
  static final int FAULT = 1;

  /** The command line can't be understood, or names what is not there. */
  static final int USAGE = 2;

  /** It was not possible to look: not allowed, or kubectl failed. */
  static final int NOT_SEEN = 3;

  private ExitCode() {}
}
