package dev.regcred.operator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.VerifiedReason;
import dev.regcred.testregistry.DistributionRegistry;
import dev.regcred.testregistry.ScriptedRegistry;
import dev.regcred.testregistry.ServerIdentity;
import dev.regcred.testregistry.TokenEndpoint;
import dev.regcred.verification.Account;
import dev.regcred.verification.AllowedHosts;
import dev.regcred.verification.Probe;
import dev.regcred.verification.RegistryEndpoint;
import dev.regcred.verification.Verdict;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Accounts at a real registry behind TLS of a private authority, by a password file and by tokens.
 * go-containerregistry, which crane and kaniko are made of, is asked the same and has to agree.
 */
class DistributionIT {
  private static final Account ROBOT = new Account("robot", "päss: wörd");
  private static final Account WRONG = new Account("robot", "another");
  private static final String IMAGE = "team/app:1.2";

  /** The host of the token endpoints: go-containerregistry takes none by a private address. */
  private static final String TOKENS = "localhost";

  private final RegistryClient client =
      new RegistryClient(new AllowedHosts(List.of("127.0.0.1", TOKENS)));

  @TempDir private Path directory;

  @Test
  void anAccountOfAPasswordFile() {
    var identity = ServerIdentity.create(directory);
    try (var registry =
        DistributionRegistry.withPasswords(
            directory, identity, ROBOT.userName(), ROBOT.password())) {
      registry.push(IMAGE, ROBOT.userName(), ROBOT.password());
      var asked = new Asked(registry, identity);

      asked.account(ROBOT, VerifiedReason.ACCEPTED, "accepted");
      asked.account(WRONG, VerifiedReason.REFUSED, "401");
      asked.account(new Account("nobody", "x"), VerifiedReason.REFUSED, "401");
      asked.image(IMAGE, ROBOT, VerifiedReason.AUTHORIZED, "accepted");
      asked.image(IMAGE, WRONG, VerifiedReason.REFUSED, "401");
      asked.image("team/app:9", ROBOT, VerifiedReason.PROBE_NOT_FOUND, "404");
    }
  }

  @Test
  void anAccountOfATokenEndpoint() {
    var identity = ServerIdentity.create(directory);
    try (var tokens =
            TokenEndpoint.start(
                identity,
                account -> account.equals(ROBOT.basic()) ? 200 : 401,
                _ -> List.of("pull", "push"));
        var registry =
            DistributionRegistry.withTokens(
                directory, identity, "https://%s:%d/token".formatted(TOKENS, tokens.port()))) {
      registry.push(IMAGE, ROBOT.userName(), ROBOT.password());
      var asked = new Asked(registry, identity);

      asked.account(ROBOT, VerifiedReason.ACCEPTED, "accepted");
      asked.account(WRONG, VerifiedReason.REFUSED, "401");
      asked.image(IMAGE, ROBOT, VerifiedReason.AUTHORIZED, "accepted");
      asked.image(IMAGE, WRONG, VerifiedReason.REFUSED, "401");
      asked.image("team/app:9", ROBOT, VerifiedReason.PROBE_NOT_FOUND, "404");
    }
  }

  /** As Harbor does: a token comes in any case, and its access is empty. */
  @Test
  void aTokenThatOpensNothing() {
    var identity = ServerIdentity.create(directory);
    try (ScriptedRegistry tokens = TokenEndpoint.start(identity, _ -> 200, _ -> List.of());
        var registry =
            DistributionRegistry.withTokens(
                directory, identity, "https://%s:%d/token".formatted(TOKENS, tokens.port()))) {
      new Asked(registry, identity).image(IMAGE, WRONG, VerifiedReason.PROBE_DENIED, "401");
    }
  }

  /** What is asked of one registry. */
  private final class Asked {
    private final DistributionRegistry registry;
    private final ServerIdentity identity;

    Asked(DistributionRegistry registry, ServerIdentity identity) {
      this.registry = registry;
      this.identity = identity;
    }

    void account(Account account, VerifiedReason outcome, String oracle) {
      assertThat(check(account, null).outcome()).isEqualTo(outcome);
      assertThat(registry.login(account.userName(), account.password())).isEqualTo(oracle);
    }

    void image(String image, Account account, VerifiedReason outcome, String oracle) {
      assertThat(check(account, Probe.parse(image).orElseThrow()).outcome()).isEqualTo(outcome);
      assertThat(registry.head(image, account.userName(), account.password())).isEqualTo(oracle);
    }

    private Verdict check(Account account, @Nullable Probe probe) {
      return client.check(
          new CheckRequest(
              new RegistryEndpoint("127.0.0.1", registry.port()),
              account,
              probe,
              List.of(TOKENS),
              identity.certificatePem()));
    }
  }
}
