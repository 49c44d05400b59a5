package dev.regcred.pullsecret;

import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/**
 * Accounts whose values are any Unicode but NUL (no argument of a process can have it), mostly of
 * the characters that JSON, HTML or a shell treat in a way of their own.
 */
final class Accounts extends DomainContextBase {
  private static final String SPECIAL =
      "\"\\/'<>&=+%$`!*:;, \b\f\n\r\t\u0001\u000b\u001b\u001f\u007f\u0080\u0085\u009f\u00a0\u00ad"
          + "\u00e9\u2027\u2028\u2029\u202a\u200b\ud7ff\ue000\ufeff\ufffd\uffff";

  @Provide
  Arbitrary<Account> account() {
    var username = text().map(text -> text.replace(':', '.'));
    return Combinators.combine(username, text(), Arbitraries.oneOf(Arbitraries.just(""), text()))
        .as(Account::new)
        .withoutEdgeCases(); // their combinations would take up all tries
  }

  @Provide
  Arbitrary<Map<ServerAddress, Account>> accounts() {
    var servers =
        Arbitraries.of(
                "docker.io", "ghcr.io", "ghcr.io/team", "quay.io:443", "10.0.0.5:5000", "registry")
            .map(ServerAddress::parse);
    return Arbitraries.maps(servers, account()).ofMaxSize(4).withoutEdgeCases();
  }

  /** 1..40 characters. */
  static Arbitrary<String> text() {
    var special = Arbitraries.of(SPECIAL.codePoints().mapToObj(Character::toString).toList());
    var plain = Arbitraries.chars().alpha().numeric().map(String::valueOf);
    var any =
        Arbitraries.integers()
            .between(1, Character.MAX_CODE_POINT)
            .filter(point -> Character.getType(point) != Character.SURROGATE)
            .map(Character::toString);
    return Arbitraries.oneOf(special, special, plain, any)
        .list()
        .ofMinSize(1)
        .ofMaxSize(40)
        .map(list -> String.join("", list));
  }
}
