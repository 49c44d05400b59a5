package dev.regcred.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FormattedSourcesTest {
  @TempDir private Path directory;
  private Path file = Path.of("");

  @BeforeEach
  void oneIsKnown() throws IOException {
    file = directory.resolve("target/known");
    var sources = FormattedSources.in(file);
    assertThat(sources.contains("class A {}")).isFalse();
    sources.add("class A {}");
    sources.write();
  }

  @Test
  void oneThatChangedIsNotKnown() throws IOException {
    var sources = FormattedSources.in(file);
    assertThat(sources.contains("class A {}")).isTrue();
    assertThat(sources.contains("class A { }")).isFalse();
  }

  @Test
  void oneThatIsStillThereStaysKnownAndOneThatIsNotIsForgotten() throws IOException {
    var unchanged = FormattedSources.in(file);
    assertThat(unchanged.contains("class A {}")).isTrue();
    unchanged.write();
    assertThat(FormattedSources.in(file).contains("class A {}")).isTrue();

    FormattedSources.in(file).write();
    assertThat(FormattedSources.in(file).contains("class A {}")).isFalse();
  }
}
