package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class JavaFormatTest {
  @Test
  void everySourceFileIsFormatted() throws Exception {
    var known = FormattedSources.in(JavaFormat.KNOWN);
    var unformatted = new ArrayList<Path>();
    for (Path file : JavaFormat.sourceFiles()) {
      var source = Files.readString(file);
      if (known.contains(source)) {
        continue;
      }
      if (JavaFormat.format(source).equals(source)) {
        known.add(source);
      } else {
        unformatted.add(file);
      }
    }
    known.write();
    assertThat(unformatted).as("put right by: mvn -Pformat").isEmpty();
  }
}
