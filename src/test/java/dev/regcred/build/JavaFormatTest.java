package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class JavaFormatTest {
  @Test
  void everySourceFileIsFormatted() throws Exception {
    var unformatted = new ArrayList<Path>();
    for (Path file : JavaFormat.sourceFiles()) {
      var source = Files.readString(file);
      if (!JavaFormat.format(source).equals(source)) {
        unformatted.add(file);
      }
    }
    assertThat(unformatted).as("put right by: mvn -Pformat").isEmpty();
  }
}
