package dev.regcred.node;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The commands of a page, so that what is tried is what is written.
 *
 * @param page the page
 */
record DocumentedCommands(Path page) {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```sh\\n(.*?)^\\1```");

  /** All blocks of commands under a heading, up to the next heading. */
  List<String> all(String heading) {
    var section = Pattern.compile("(?ms)^" + Pattern.quote(heading) + "\\n(.*?)(?=^##+ |\\z)");
    var text = section.matcher(read());
    if (!text.find()) {
      throw new IllegalStateException("%s has no \"%s\"".formatted(page, heading));
    }
    List<String> blocks = new ArrayList<>();
    BLOCK
        .matcher(text.group(1))
        .results()
        .forEach(block -> blocks.add(block.group(2).stripTrailing().stripIndent()));
    if (blocks.isEmpty()) {
      throw new IllegalStateException("%s has no commands under \"%s\"".formatted(page, heading));
    }
    return blocks;
  }

  /** Each of the first commands under a heading, in one line and without comments. */
  List<String> lines(String heading) {
    return all(heading)
        .getFirst()
        .replaceAll("\\\\\n *", "")
        .lines()
        .map(line -> line.replaceFirst("(^|\\s)#.*", "").strip())
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private String read() {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
