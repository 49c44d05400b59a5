package dev.regcred.dockerconfig;

import static dev.regcred.dockerconfig.CredentialValues.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.CredentialValue.Invalid;
import dev.regcred.dockerconfig.CredentialValue.Valid;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class CredentialValueTest {
  static final List<String> ACCEPTED = CredentialValues.ACCEPTED_USER_NAMES;
  static final List<String> REFUSED = CredentialValues.REFUSED_USER_NAMES;
  static final List<String> ACCEPTED_PASSWORDS = CredentialValues.ACCEPTED_PASSWORDS;
  static final List<String> REFUSED_PASSWORDS = CredentialValues.REFUSED_PASSWORDS;
  static final List<byte[]> NOT_UTF_8 = CredentialValues.NOT_UTF_8;

  @ParameterizedTest
  @FieldSource("ACCEPTED")
  void acceptsWithoutChange(String value) {
    assertThat(CredentialValue.userName("Key user of Secret harbor", utf8(value)))
        .isEqualTo(new Valid(value));
    assertThat(CredentialValue.password("Key user of Secret harbor", utf8(value)))
        .isEqualTo(new Valid(value));
  }

  @ParameterizedTest
  @FieldSource("REFUSED")
  void refusesAsUserName(String value) {
    assertThat(CredentialValue.userName("Key user of Secret harbor", utf8(value)))
        .isInstanceOf(Invalid.class);
  }

  @ParameterizedTest
  @FieldSource("ACCEPTED_PASSWORDS")
  void acceptsAsPasswordWithoutChange(String value) {
    assertThat(CredentialValue.password("It", utf8(value))).isEqualTo(new Valid(value));
  }

  @ParameterizedTest
  @FieldSource("REFUSED_PASSWORDS")
  void refusesAsPassword(String value) {
    assertThat(CredentialValue.password("It", utf8(value))).isInstanceOf(Invalid.class);
  }

  @ParameterizedTest
  @FieldSource("NOT_UTF_8")
  void refusesWhatIsNotUtf8(byte[] bytes) {
    assertThat(password(bytes))
        .isEqualTo("Key token of Secret harbor is not valid UTF-8; write it as text.");
  }

  @ParameterizedTest
  @CsvSource({
    "'',                    is empty",
    "'hunter2\n',           ends with a line break; write it with `printf %s` or `kubectl create"
        + " secret generic --from-literal`.",
    "'hunter2\r',           ends with a line break",
    "'hunter2\r\n',         ends with a line break",
    "'hun\tter2\n',         ends with a line break",
    "'hun\u0007ter2',       has a control character",
    "'hun\u0085ter2',       has a control character",
  })
  void messageNamesTheSecretTheKeyAndWhatToDo(String value, String problem) {
    assertThat(password(utf8(value)))
        .startsWith("Key token of Secret harbor " + problem)
        .doesNotContain("hun");
  }

  @Test
  void messageOfATooLongValueDoesNotTellItsLength() {
    assertThat(password(new byte[77_777])).contains("longer than 65536 bytes").doesNotContain("7");
  }

  @Test
  void messageOfAUserNameNamesTheColon() {
    assertThat(CredentialValue.userName("Key user of Secret harbor", utf8("a:b")))
        .isEqualTo(
            new Invalid("Key user of Secret harbor has a colon, which no user name can have."));
  }

  /** The categories come from Java's Unicode tables and not from the code's own rule. */
  @Property
  void refusesExactlyTheCategoryCcButForLineBreaksAndTabs(@ForAll int number) {
    int codePoint = Math.floorMod(number, Character.MAX_CODE_POINT + 1);
    if (Character.getType(codePoint) == Character.SURROGATE) {
      return;
    }
    var value = "a" + Character.toString(codePoint) + "b";
    assertThat(CredentialValue.password("Key token of Secret harbor", utf8(value)) instanceof Valid)
        .isEqualTo(
            Character.getType(codePoint) != Character.CONTROL || "\n\r\t".indexOf(codePoint) >= 0);
  }

  private static String password(byte[] bytes) {
    return ((Invalid) CredentialValue.password("Key token of Secret harbor", bytes)).message();
  }
}
