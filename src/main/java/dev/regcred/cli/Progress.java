package dev.regcred.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.function.BooleanSupplier;

/**
 * The progress of long work, in one line of standard error that is gone afterwards. Nothing is
 * printed unless standard error is a terminal.
 */
final class Progress implements AutoCloseable {
  private final BooleanSupplier isTerminal;
  private final PrintStream terminal;
  private int objects;
  private int pages;
  private boolean isShown;

  /**
   * @param isTerminal is asked once, when there is something to print
   */
  Progress(BooleanSupplier isTerminal, PrintStream terminal) {
    this.isTerminal = isTerminal;
    this.terminal = terminal;
  }

  /** Shown on standard error if that is a terminal. */
  static Progress onTerminal() {
    return new Progress(Progress::isErrorTerminal, System.err);
  }

  /** The JVM knows only of standard input and output, and either may be redirected without it. */
  private static boolean isErrorTerminal() {
    try {
      return new ProcessBuilder("test", "-t", "2").inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      return false; // A system without that command.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Takes note of a page that was read; the first one is no long work. */
  synchronized void read(int more) {
    objects += more;
    pages++;
    if (pages == 2) {
      isShown = isTerminal.getAsBoolean();
    }
    if (isShown) {
      terminal.print("\r" + objects + " objects read ");
      terminal.flush();
    }
  }

  @Override
  public synchronized void close() {
    if (isShown) {
      isShown = false;
      terminal.print("\r\u001b[K");
      terminal.flush();
    }
  }
}
