package dev.regcred.dockerconfig;

import java.util.List;
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
public final class Accounts extends DomainContextBase {
  /** Each with something that one of the programs on the way could get wrong. */
  static final List<Account> NASTY =
      List.of(
          new Account("ann", "s3cret", "ann@example.com"),
          new Account("ann", "s3cret", ""),
          new Account("a\"b'c\\d/e", "\\\"\\\\", "\"Ann\" <ann@example.com>"),
          new Account("<script>&amp;", "&&<<>>", "a&b@example.com"),
          new Account("a\u2028b", "\u2028\u2029", "\u2027\u202a"),
          new Account("j\u00f6rg", "pa\u00df\u00a0\u00ad", "j\u00f6rg@b\u00fccher.example"),
          new Account(
              "\u4f60\u597d",
              "\ud83d\udd11\ud83d\udc69\u200d\ud83d\udcbb",
              "\ud800\udc00\udbff\udfff"),
          new Account("\ufeffbom", "\ufffd\ufffe\uffff", "\ue000"),
          new Account("del\u007f", "\u007f", "\u0080\u0085\u009f"),
          new Account("c0\u0001", allC0(), "\b\f\n\r\t"),
          new Account(" a ", "line\r\n", "tab\t"),
          new Account("$HOME", "`id` $(id) ${x} %s *", "--docker-email=x"),
          new Account("--a=b", "-", "="),
          new Account("DOMAIN\\user", "a:b:c", ","),
          new Account("_json_key", "{\"type\": \"service_account\", \"key\": \"-----\\n\"}", "x"),
          new Account("u".repeat(4_096), "p".repeat(4_096), "e".repeat(255)),
          new Account("\u00e9".repeat(2_048), "\ud83d\udd11".repeat(1_024), "<".repeat(255)),
          new Account("a", "ab", "p"),
          new Account("ab", "ab", "p"));

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

  private static String allC0() {
    var text = new StringBuilder();
    for (char c = 1; c < ' '; c++) {
      text.append(c);
    }
    return text.toString();
  }
}
