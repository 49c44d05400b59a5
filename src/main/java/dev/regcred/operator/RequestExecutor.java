package dev.regcred.operator;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * An executor that carries out the requests of an HTTP server, each on a thread of its own and only
 * so many at a time: one more ends the oldest of them. Whoever asks in one go is answered in a
 * millisecond, so the oldest is one that keeps its server waiting. To turn away the newest instead
 * would let whoever holds all places silence the server.
 */
final class RequestExecutor implements Executor {
  private final int most;

  /** The threads that run, the oldest first. */
  private final Set<Thread> running = new LinkedHashSet<>();

  /**
   * An executor that runs nothing yet.
   *
   * @param most how many at a time, 1 or more
   */
  RequestExecutor(int most) {
    this.most = most;
  }

  @Override
  public void execute(Runnable exchange) {
    var thread = Thread.ofVirtual().name("http").unstarted(() -> carryOut(exchange));
    synchronized (running) {
      if (running.size() >= most) {
        var oldest = running.iterator().next();
        running.remove(oldest);
        oldest.interrupt(); // Which closes the connection that it reads from or writes to.
      }
      running.add(thread);
    }
    thread.start();
  }

  private void carryOut(Runnable exchange) {
    try {
      exchange.run();
    } finally {
      synchronized (running) {
        running.remove(Thread.currentThread());
      }
    }
  }
}
