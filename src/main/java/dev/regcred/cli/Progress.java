package dev.regcred.cli;

import java.io.Console;
import java.io.PrintStream;
import java.util.Optional;

/** The progress of long work, in one line of a terminal that is gone afterwards. */
final class Progress implements AutoCloseable {
  private final boolean isShown;
  private final PrintStream terminal;
  private int objects;
  private int pages;

  private Progress(boolean isShown, PrintStream terminal) {
    this.isShown = isShown;
    this.terminal = terminal;
  }

  /** Shown on standard error if that is a terminal, as far as can be known. */
  static Progress onTerminal() {
    return new Progress(
        Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent(), System.err);
  }

  /** A page has been read; the first one is no long work. */
  synchronized void read(int more) {
    objects += more;
    pages++;
    if (isShown && pages > 1) {
      terminal.print("\r" + objects + " objects read ");
      terminal.flush();
    }
  }

  @Override
  public synchronized void close() {
    if (isShown && pages > 1) {
      terminal.print("\r\u001b[K");
      terminal.flush();
    }
  }
}
