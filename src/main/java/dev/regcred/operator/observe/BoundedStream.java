package dev.regcred.operator.observe;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream that is read to a bound, and counted. */
final class BoundedStream extends FilterInputStream {
  private final long most;
  private long count;

  /**
   * The stream of which no more is read than so many bytes.
   *
   * @param most the bound
   */
  BoundedStream(InputStream stream, long most) {
    super(stream);
    this.most = most;
  }

  /** How many bytes were read. */
  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    var read = super.read();
    counted(read < 0 ? 0 : 1);
    return read;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    var read = super.read(buffer, offset, length);
    counted(Math.max(0, read));
    return read;
  }

  @Override
  public long skip(long wanted) throws IOException {
    var skipped = super.skip(wanted);
    counted(skipped);
    return skipped;
  }

  private void counted(long more) throws TooLongException {
    count += more;
    if (count > most) {
      throw new TooLongException();
    }
  }

  /** There is more than the bound. */
  static final class TooLongException extends IOException {
    private static final long serialVersionUID = 1;
  }
}
