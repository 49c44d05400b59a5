package dev.regcred.pullsecret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.Account;
import dev.regcred.dockerconfig.Accounts;
import dev.regcred.dockerconfig.CredentialValue;
import dev.regcred.dockerconfig.CredentialValue.Invalid;
import dev.regcred.dockerconfig.DockerConfigEntry;
import dev.regcred.dockerconfig.DockerConfigJson;
import dev.regcred.dockerconfig.DockerConfigParser;
import dev.regcred.dockerconfig.KubeletParser;
import dev.regcred.dockerconfig.ServerAddress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** No text that could be logged, put in an event or in a status has a password in it. */
class CanaryTest {
  private static final String CANARY = "c4n4ry";
  private static final ServerAddress SERVER = ServerAddress.parse("ghcr.io");

  @Property
  @Domain(Accounts.class)
  @Domain(DomainContext.Global.class)
  void noTextGivesThePasswordAway(
      @ForAll Account account, @ForAll @IntRange(min = 1, max = 600) int cut) {
    var password = CANARY + account.password();
    var said = new ArrayList<String>();

    said.add(String.valueOf(CredentialValue.password("It", bytes(password))));
    said.add(String.valueOf(CredentialValue.userName("It", bytes(password))));
    for (var broken : List.of(CANARY + "\n", password + "\u0000", CANARY.repeat(11_000))) {
      var value = CredentialValue.password("It", bytes(broken));
      said.add(value + ((Invalid) value).message());
    }
    var latin = (CANARY + "\u00fc").getBytes(StandardCharsets.ISO_8859_1);
    said.add(String.valueOf(CredentialValue.password("It", latin)));

    said.add(thrownBy(() -> new DockerConfigEntry("", password, "")));
    said.add(thrownBy(() -> new DockerConfigEntry("a:b", password, "")));
    said.add(thrownBy(() -> new DockerConfigEntry("a", password + "\ud800", "")));
    said.add(thrownBy(() -> ServerAddress.parse("user:" + password + "@ghcr.io")));
    said.add(thrownBy(() -> ServerAddress.parse("ghcr.io/" + password + "/")));

    var entry = new DockerConfigEntry(account.username(), password, account.email());
    said.add(entry.toString());
    assertThat(KubeletParser.account(entry.toJson())).hasToString("Optional[Account[redacted]]");
    var config = DockerConfigJson.of(Map.of(SERVER, entry));
    said.add(config.toString());

    var content = config.toBytes();
    said.add(DockerConfigParser.parse(content).toString());
    var truncated = Arrays.copyOf(content, Math.min(cut, content.length));
    said.add(DockerConfigParser.parse(truncated).toString());
    truncated[truncated.length - 1] = '!';
    said.add(DockerConfigParser.parse(truncated).toString());
    said.add(DockerConfigParser.parse(bytes("{\"auths\":{\"a\":" + CANARY + "}}")).toString());
    said.add(DockerConfigParser.parse(bytes("{\"auths\":{\"a\":\"" + CANARY + "\"}}")).toString());
    said.add(DockerConfigParser.parse(bytes(CANARY)).toString());

    var auth = Base64.getEncoder().encodeToString(bytes(account.username() + ":" + password));
    assertThat(said).allSatisfy(text -> assertThat(text).doesNotContain(CANARY, auth));
  }

  private static String thrownBy(Runnable call) {
    try {
      call.run();
    } catch (IllegalArgumentException e) {
      var trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      return trace.toString();
    }
    throw new AssertionError("nothing was thrown");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
