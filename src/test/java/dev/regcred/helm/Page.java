package dev.regcred.helm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A page of the documentation, whose commands are tried as they stand there. */
final class Page {
  private static final String BEGIN = "```sh\n";
  private static final String END = "```";

  private Page() {}

  /**
   * The first block of commands after a piece of text.
   *
   * @param file the page
   * @param after a heading, or any other words that occur once
   */
  static String commands(String file, String after) throws IOException {
    var text = Files.readString(Path.of(file));
    var place = text.indexOf(after);
    if (place < 0 || place != text.lastIndexOf(after)) {
      throw new IllegalArgumentException("not once in %s: %s".formatted(file, after));
    }
    var begin = text.indexOf(BEGIN, place) + BEGIN.length();
    return text.substring(begin, text.indexOf(END, begin)).stripIndent();
  }
}
