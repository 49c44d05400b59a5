package dev.regcred.pullsecret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.dockerconfig.DockerConfigEntry;
import dev.regcred.dockerconfig.DockerConfigJson;
import dev.regcred.dockerconfig.ServerAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What several credentials make of one Secret. */
class SharedSecretTest {
  private static final Instant CREATED = Instant.parse("2026-03-01T10:00:00Z");
  private static final OwnerReference SOMEBODY =
      new OwnerReference("apps/v1", "Deployment", "web", "uid-9", true, true);

  private static final ServerAddress A = ServerAddress.parse("a");

  /** How the names of cluster-wide credentials begin. */
  private static final String WIDE = "w";

  /**
   * {@code name@age=server<server of the status}; {@code ~} for an entry that stays, {@code !} for
   * one to come.
   */
  private static final Pattern CLAIM =
      Pattern.compile("(\\w+)@(\\d+)(?:=(\\w+)|(~))?(!)?(?:<(\\w+))?");

  /**
   * @param mark which credential has the entry of which server
   * @param content server and user name of what stands in the Secret; absent if there is no Secret
   * @param claims which credential, at which age, asks for which server; its own name is the user
   *     name that it asks for
   * @param standings server that a credential holds, {@code -} if none, else who has it
   * @param entries server and user name of what shall stand in the Secret
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '"',
      delimiter = '|',
      textBlock =
          """
          each has its own           |         |             | x@1=a y@2=b       | x=a y=b   | a:x b:y
          the oldest gets it         |         |             | y@2=a o@1=a       | o=a y>o   | a:o
          then the first by name     |         |             | n@1=a m@1=a       | m=a n>m   | a:m
          all others wait for it     |         |             | z@3=a y@2=a o@1=a | o=a y>o z>o | a:o
          who has it keeps it        | y=a o=  | a:old       | o@1=a y@2=a       | y=a o>y   | a:y
          also by its status alone   |         |             | o@1=a y@2=a<a     | y=a o>y   | a:y
          of two such the oldest     |         |             | y@2=a<a o@1=a<a   | o=a y>o   | a:o
          the mark goes before       | y=a     | a:old       | o@1=a<a y@2=a     | y=a o>y   | a:y
          a status of another server |         |             | o@1=a y@2=a<b     | o=a y>o   | a:o
          who moves on lets it go    | o=a y=  | a:old       | o@1=b y@2=a       | o=b y=a   | a:y b:o
          two change places          | o=a y=b | a:old b:old | o@1=b y@2=a       | o=b y=a   | a:y b:o
          who is gone lets it go     | o=a y=  | a:old       | y@2=a             | y=a       | a:y
          who is out of use, too     | o=a y=  | a:old       | o@1 y@2=a         | o=- y=a   | a:y
          one out of use among others| o=a y=b | a:old b:old | o@1 y@2=b         | o=- y=b   | b:y
          what nobody asked for goes | o=a     | a:old c:old | o@1=a             | o=a       | a:o
          nothing is left            | o=a     | a:old       | o@1               | o=-       | ""
          what stays is not touched  | o=a     | a:old       | o@1~ y@2=b        | o=a y=b   | a:old b:y
          nor given to an older one  | y=a o=  | a:old       | o@1=a y@2~        | y=a o>y   | a:old
          what is gone can't stay    | y=a     | b:old       | y@2~              | y=-       | ""
          but then is free           | y=a     | b:old       | o@1=a y@2~        | o=a y=-   | a:o
          nothing stays of no Secret |         |             | o@1~<a            | o=-       | ""
          nor of one that never was  |         |             | o@1~              | o=-       | ""
          who has none keeps none    | y=a o=  | a:old       | o@1~ y@2=a        | o=- y=a   | a:y
          who is to come has a place |         |             | o@1=a! y@2=a      | y>o       | ""
          not that of who has it     | y=a     | a:old       | o@1=a! y@2=a      | y=a       | a:y
          nor of an older one        |         |             | o@1=a y@2=a!      | o=a       | a:o
          a lost mark, known by status|        | a:old       | o@1~<a            | o=a       | a:old
          namespaced before wide     |         |             | w@1=a y@2=a       | y=a w>y   | a:y
          though that one has it     | w=a     | a:w         | w@1=a y@2=a       | y=a w>y   | a:y
          and its values are unread  | w=a     | a:w         | w@1~ y@2=a        | y=a w=-   | a:y
          not before its turn        | w=a     | a:w         | w@1=a y@2=a!      | w=a       | a:w
          nor is an unread one lost  | w=a     | a:w         | w@1~ y@2=a!       | w=a       | a:w
          its own stay where they are| w=b y=a | a:y b:w     | w@1=b y@2=a       | w=b y=a   | a:y b:w
          for one of another server  | w=b     | b:w         | w@1=b y@2=a! z@3=a | w=b z>y  | b:w
          of two wide ones the oldest|         |             | w@2=a wo@1=a      | wo=a w>wo | a:wo
          unless the other one has it| w=a     | a:w         | w@2~ wo@1=a       | w=a wo>w  | a:w
          """)
  void claims(
      String name,
      @Nullable String mark,
      @Nullable String content,
      String claims,
      String standings,
      String entries) {
    var requests = words(claims).map(SharedSecretTest::contribution).toList();
    var shared = SharedSecret.of("pull", requests, content == null ? null : secret(mark, content));

    assertThat(
            requests.stream()
                .filter(c -> !(c.entry() instanceof EntryRequest.Reserve))
                .map(c -> text(c.credential().name(), shared.result(c.credential()))))
        .containsExactlyInAnyOrderElementsOf(words(standings).toList());
    assertThat(document(shared)).isEqualTo(json(entries));
    var markEntries =
        OwnershipMark.entries(shared.secret().labels(), shared.secret().annotations());
    assertThat(
            markEntries.stream()
                .map(h -> h.credential().name() + "=" + (h.server() == null ? "-" : h.server())))
        .as("the mark")
        .containsExactlyInAnyOrderElementsOf(
            words(standings).map(s -> s.replaceFirst(">.*", "=-")).toList());
  }

  @Test
  void theOrderOfTheCredentialsIsNoDifference() {
    var some = words("o@1=a y@2=a z@3=b n@3").map(SharedSecretTest::contribution).toList();
    var other = words("n@3 z@3=b y@2=a o@1=a").map(SharedSecretTest::contribution).toList();
    assertThat(SharedSecret.of("pull", some, null)).isEqualTo(SharedSecret.of("pull", other, null));
  }

  @Test
  void whatWasComposedComposesToItself() {
    var requests = words("o@1=a y@2=a z@3=b n@3").map(SharedSecretTest::contribution).toList();
    var composed = SharedSecret.of("pull", requests, null);
    var desired = composed.secret();
    var stored =
        new PullSecret(
            "pull",
            "uid",
            "42",
            PullSecret.TYPE,
            false,
            desired.labels(),
            desired.annotations(),
            desired.owners(),
            desired.data(),
            null);
    assertThat(SharedSecret.of("pull", requests, stored)).isEqualTo(composed);
    assertThat(SecretDiff.writes(desired, stored)).isEmpty();
  }

  @Test
  void ofContradictingLabelsAndAnnotationsThoseOfTheOldestHoldWhoeverHasTheServer() {
    var shared =
        SharedSecret.of(
            "pull",
            List.of(
                labelled("y@2=a", Map.of("team", "red", "y", "1"), Map.of("note", "red")),
                labelled("o@1=a", Map.of("team", "blue", "o", "1"), Map.of("note", "blue"))),
            secret("y=a o=", "a:old"));

    assertThat(shared.secret().labels())
        .containsOnly(
            Map.entry("team", "blue"),
            Map.entry("y", "1"),
            Map.entry("o", "1"),
            Map.entry(Labels.MANAGED, "true"));
    assertThat(shared.secret().annotations())
        .containsEntry("note", "blue")
        .containsEntry(
            Labels.APPLIED, "{\"labels\":[\"o\",\"team\",\"y\"],\"annotations\":[\"note\"]}");
  }

  @Test
  void ofTheSameAgeThoseOfTheNamespacedOneHold() {
    var wide = labelled("w@1=b", Map.of("team", "red"), Map.of());
    var namespaced = labelled("y@1=a", Map.of("team", "blue"), Map.of());
    assertThat(SharedSecret.of("pull", List.of(wide, namespaced), null).secret().labels())
        .containsEntry("team", "blue");
  }

  @Test
  void noLabelTakesTheMarkOff() {
    var shared =
        SharedSecret.of(
            "pull",
            List.of(
                labelled("o@1=a", Map.of(Labels.MANAGED, "no"), Map.of(Labels.CONTRIBUTORS, "[]"))),
            null);
    assertThat(OwnershipMark.entries(shared.secret().labels(), shared.secret().annotations()))
        .hasSize(1);
  }

  @Test
  void theNewestClaimsAreLeftOutWhereNotAllFit() {
    var shared =
        SharedSecret.of(
            "pull", List.of(large("n", 3, "c"), large("o", 1, "a"), large("m", 2, "b")), null);
    assertThat(shared.results().values())
        .containsExactlyInAnyOrder(
            new EntryResult.Held("a"), new EntryResult.TooLarge(), new EntryResult.TooLarge());
    assertThat(shared.result(contributor("o"))).isEqualTo(new EntryResult.Held("a"));
    assertThat(document(shared).length()).isLessThanOrEqualTo(SharedSecret.MAX_BYTES);
  }

  @Test
  void anEntryFitsUpToTheLastByte() {
    var mail =
        SharedSecret.MAX_BYTES - DockerConfigJson.of(Map.of(A, withMail(1))).toBytes().length + 1;

    assertThat(
            SharedSecret.of("pull", List.of(claiming("o", 1, A, withMail(mail))), null)
                .result(contributor("o")))
        .isEqualTo(new EntryResult.Held("a"));
    assertThat(
            SharedSecret.of("pull", List.of(claiming("o", 1, A, withMail(mail + 1))), null)
                .result(contributor("o")))
        .isEqualTo(new EntryResult.TooLarge());
  }

  /** Of two entries the second one counts with its comma, and no more. */
  @Test
  void theLastByteIsWrittenToo() {
    var first = claiming("o", 1, A, withMail(1));
    var alone = document(SharedSecret.of("pull", List.of(first), null)).length();
    var b = ServerAddress.parse("b");
    var mail =
        SharedSecret.MAX_BYTES
            - alone
            - (DockerConfigJson.of(Map.of(b, withMail(1))).toBytes().length - 12)
            - 1
            + 1;
    var full = SharedSecret.of("pull", List.of(first, claiming("y", 2, b, withMail(mail))), null);
    assertThat(full.result(contributor("y"))).isEqualTo(new EntryResult.Held("b"));
    assertThat(document(full)).hasSize(SharedSecret.MAX_BYTES);
    assertThat(
            SharedSecret.of("pull", List.of(first, claiming("y", 2, b, withMail(mail + 1))), null)
                .result(contributor("y")))
        .isEqualTo(new EntryResult.TooLarge());
  }

  /** Beside an entry that stays as it is, the first that is written has a comma, too. */
  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void theLastByteIsWrittenBesideWhatStays(int more, boolean fits) {
    var current = secret("o=a", "a:old");
    var b = ServerAddress.parse("b");
    var shortest =
        SharedSecret.of(
            "pull", List.of(contribution("o@1~"), claiming("y", 2, b, withMail(1))), current);
    var mail = 1 + SharedSecret.MAX_BYTES - document(shortest).length() + more;
    var full =
        SharedSecret.of(
            "pull", List.of(contribution("o@1~"), claiming("y", 2, b, withMail(mail))), current);
    assertThat(full.result(contributor("y")))
        .isEqualTo(fits ? new EntryResult.Held("b") : new EntryResult.TooLarge());
  }

  /** What a mark has more of is not read again. */
  @Test
  void aSecretIsKeptForSoManyCredentialsAndNoMore() {
    var requests =
        IntStream.rangeClosed(1, OwnershipMark.MAX_ENTRIES + 50)
            .mapToObj(i -> contribution("c%s@%s".formatted(i, i)))
            .toList();
    var shared = SharedSecret.of("pull", requests, null);
    assertThat(holdings(shared)).hasSize(OwnershipMark.MAX_ENTRIES);
    assertThat(shared.result(contributor("c1"))).isEqualTo(new EntryResult.None());
    assertThat(shared.result(contributor("c" + (OwnershipMark.MAX_ENTRIES + 1))))
        .isEqualTo(new EntryResult.TooLarge());
  }

  @Test
  void theMarkIsNeverLongerThanItIsRead() {
    var requests =
        IntStream.rangeClosed(1, OwnershipMark.MAX_ENTRIES)
            .mapToObj(i -> claiming("c%03d".formatted(i) + "x".repeat(240), i, A, withMail(1)))
            .toList();
    var shared = SharedSecret.of("pull", requests, null);
    assertThat(
            Objects.requireNonNull(shared.secret().annotations().get(Labels.CONTRIBUTORS)).length())
        .isBetween(OwnershipMark.MAX_CHARACTERS - 2_000, OwnershipMark.MAX_CHARACTERS);
    assertThat(holdings(shared)).hasSizeGreaterThan(100);
    assertThat(shared.result(requests.getFirst().credential()))
        .isEqualTo(new EntryResult.Held("a"));
    assertThat(shared.result(requests.getLast().credential()))
        .isEqualTo(new EntryResult.TooLarge());
  }

  /** One that were longer by a character would not be read again, and the Secret be nobody's. */
  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void theMarkMayBeAsLongAsItIsRead(int more, boolean fits) {
    var requests = new ArrayList<SecretRequest>();
    for (int i = 100; i < 140; i++) {
      var server = ServerAddress.parse("r/" + "s".repeat(500) + i);
      requests.add(claiming("n".repeat(249) + i, i, server, withMail(1)));
    }
    var left =
        OwnershipMark.MAX_CHARACTERS
            - 1
            - requests.stream().mapToInt(SharedSecretTest::inMark).sum();
    var shortest = claiming("z", 999, ServerAddress.parse("r/z"), withMail(1));
    var server = ServerAddress.parse("r/" + "z".repeat(1 + left - inMark(shortest) + more));
    var last = claiming("z", 999, server, withMail(1));
    requests.add(last);

    var shared = SharedSecret.of("pull", requests, null);

    assertThat(holdings(shared)).hasSize(fits ? requests.size() : requests.size() - 1);
    assertThat(shared.result(last.credential()))
        .isEqualTo(fits ? new EntryResult.Held(server.value()) : new EntryResult.TooLarge());
    if (fits) {
      assertThat(shared.secret().annotations().get(Labels.CONTRIBUTORS))
          .hasSize(OwnershipMark.MAX_CHARACTERS);
    }
  }

  /** What {@code {"kind":"RegistryCredential","name":"","server":""},} has, and the texts. */
  private static int inMark(SecretRequest request) {
    return 52
        + request.credential().name().length()
        + ((EntryRequest.Put) request.entry()).server().value().length();
  }

  /** A credential whose values can't be read keeps the server that the mark has for it. */
  @Test
  void theServerThatAMarkHasAlreadyTakesRoomInIt() {
    var names = IntStream.range(100, 150).mapToObj("o%s"::formatted).toList();
    var server = "s".repeat(500);
    var marked = names.stream().map(name -> name + "=" + server + name);
    var content = names.stream().map(name -> server + name + ":old");
    var unread = names.stream().map(name -> contribution(name + "@1~"));
    var others = IntStream.range(200, 300).mapToObj(i -> contribution("c%s@2".formatted(i)));

    var shared =
        SharedSecret.of(
            "pull",
            Stream.concat(unread, others).toList(),
            secret(marked.collect(joining(" ")), content.collect(joining(" "))));

    var left = OwnershipMark.MAX_CHARACTERS - 1 - 50 * (52 + 4 + 504);
    assertThat(shared.results().values())
        .filteredOn(EntryResult.TooLarge.class::isInstance)
        .as("there are %s characters left, for 56 each", left)
        .hasSize(100 - left / 56);
  }

  @Test
  void whoIsMarkedHasRoomBeforeAnOlderOneThatComesNew() {
    var requests =
        Stream.concat(
                Stream.of(contribution("z@999=z")),
                IntStream.rangeClosed(1, OwnershipMark.MAX_ENTRIES)
                    .mapToObj(i -> contribution("c%s@%s".formatted(i, i))))
            .toList();
    var shared = SharedSecret.of("pull", requests, secret("z=z", "z:z"));
    assertThat(shared.result(contributor("z"))).isEqualTo(new EntryResult.Held("z"));
    assertThat(shared.result(contributor("c" + OwnershipMark.MAX_ENTRIES)))
        .isEqualTo(new EntryResult.TooLarge());
    assertThat(shared.result(contributor("c1"))).isEqualTo(new EntryResult.None());
  }

  /** Each counts with its key twice, for that stands in another annotation as well. */
  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void labelsAndAnnotationsAreBoundedToTheCharacter(int more, boolean fits) {
    var first = withAnnotations(contribution("o@1"), Map.of("key", "v".repeat(1_000)));
    var rest = SharedSecret.MAX_METADATA - (2 * 3 + 1_000 + 3) - (2 * 3 + 3);
    var second = withAnnotations(contribution("y@2"), Map.of("two", "v".repeat(rest + more)));
    var shared = SharedSecret.of("pull", List.of(first, second), null);
    assertThat(shared.result(contributor("o"))).isEqualTo(new EntryResult.None());
    assertThat(shared.result(contributor("y")))
        .isEqualTo(fits ? new EntryResult.None() : new EntryResult.TooLarge());
  }

  /** The API server takes 256 KiB of annotations. */
  @Test
  void theAnnotationsThatAreAskedForFitOnASecret() {
    var requests =
        IntStream.rangeClosed(1, 40)
            .mapToObj(
                i ->
                    withAnnotations(
                        contribution("c%s@%s".formatted(i, i)),
                        IntStream.range(0, 32)
                            .boxed()
                            .collect(
                                Collectors.toMap(
                                    key -> "c%s-%s".formatted(i, key), _ -> "v".repeat(1_024)))))
            .toList();
    var shared = SharedSecret.of("pull", requests, null);
    assertThat(
            shared.secret().annotations().entrySet().stream()
                .mapToInt(a -> a.getKey().length() + a.getValue().length())
                .sum())
        .isBetween(90_000, 200_000);
    assertThat(shared.result(contributor("c1"))).isEqualTo(new EntryResult.None());
    assertThat(shared.result(contributor("c40"))).isEqualTo(new EntryResult.TooLarge());
  }

  private static SecretRequest withAnnotations(SecretRequest of, Map<String, String> annotations) {
    return new SecretRequest(
        of.credential(),
        of.created(),
        of.lastServer(),
        of.entry(),
        of.labels(),
        annotations,
        of.owner());
  }

  private static List<MarkEntry> holdings(SharedSecret shared) {
    return OwnershipMark.entries(shared.secret().labels(), shared.secret().annotations());
  }

  @Test
  void whoIsInHasRoomBeforeAnOlderOneThatComesNew() {
    var shared =
        SharedSecret.of(
            "pull", List.of(large("o", 1, "a"), large("y", 2, "b")), secret("y=b", "b:old"));
    assertThat(shared.result(contributor("y"))).isEqualTo(new EntryResult.Held("b"));
    assertThat(shared.result(contributor("o"))).isEqualTo(new EntryResult.TooLarge());
  }

  @Test
  void whatStaysTakesRoomToo() {
    var stored = secret("o=a", "a:old");
    var full =
        PullSecrets.withContent(
            stored, document(SharedSecret.of("pull", List.of(large("o", 1, "a")), null)));
    var shared = SharedSecret.of("pull", List.of(contribution("o@1~"), large("y", 2, "b")), full);
    assertThat(shared.result(contributor("o"))).isEqualTo(new EntryResult.Held("a"));
    assertThat(shared.result(contributor("y"))).isEqualTo(new EntryResult.TooLarge());
  }

  @Test
  void oneThatIsSmallEnoughFitsBesideOneThatIsNot() {
    var shared =
        SharedSecret.of(
            "pull", List.of(large("o", 1, "a"), large("m", 2, "b"), contribution("n@3=c")), null);
    assertThat(shared.result(contributor("m"))).isEqualTo(new EntryResult.TooLarge());
    assertThat(shared.result(contributor("n"))).isEqualTo(new EntryResult.Held("c"));
  }

  @Test
  void contentThatCannotBeReadIsWrittenAnew() {
    for (var broken : List.of("", "broken", "{\"auths\":[]}")) {
      var current = PullSecrets.withContent(secret("o=a", "a:old"), broken);
      assertThat(document(SharedSecret.of("pull", List.of(contribution("o@1=a")), current)))
          .isEqualTo(json("a:o"));
      assertThat(document(SharedSecret.of("pull", List.of(contribution("o@1~")), current)))
          .isEqualTo(json(""));
    }
  }

  @Test
  void whatOtherPeoplePutIntoAnAdoptedSecretIsKeptToTheByte() {
    var foreign =
        """
        {"auths":{"theirs":{"auth" : "dTpw", "x":1},"a":%s},"HttpHeaders":{"A" : "b"}}\
        """
            .formatted(account("old"));
    var current = adopted(PullSecrets.withContent(secret("o=a", "a:old"), foreign));

    assertThat(document(SharedSecret.of("pull", List.of(contribution("o@1=b")), current)))
        .isEqualTo(
            """
            {"auths":{"b":%s,"theirs":{"auth" : "dTpw", "x":1}},"HttpHeaders":{"A" : "b"}}\
            """
                .formatted(account("o")));
  }

  @Test
  void aSecretThatIsHandedOverIsAdopted() {
    var foreign = PullSecrets.foreign("pull", PullSecret.TYPE, json("theirs:u a:u"));
    var offered =
        PullSecrets.withAnnotations(foreign, Map.of(Labels.ADOPT, "RegistryCredential/o"));

    var shared = SharedSecret.of("pull", List.of(contribution("o@1=a")), offered);

    assertThat(shared.secret().isAdopted()).isTrue();
    assertThat(shared.secret().owners()).isEmpty();
    assertThat(document(shared)).isEqualTo(json("a:o theirs:u"));
    assertThat(
            SharedSecret.of("pull", List.of(contribution("y@1=a")), offered).secret().isAdopted())
        .as("handed over to somebody else")
        .isFalse();
  }

  /**
   * What a kubelet takes for the same server is the same server, whoever wrote it and when.
   *
   * @param claim what the credential {@code o} asks
   * @param entries what is left of its entry and of one that stands under {@code https://a/v2/}
   */
  @ParameterizedTest
  @CsvSource({"o@1=a, o", "o@1~, old", "o@1, ''"})
  void noEntryOfAnAdoptedSecretStaysInAnotherSpelling(String claim, String entries) {
    var content =
        "{\"auths\":{\"a\":%s,\"https://a/v2/\":%s,\"theirs\":{ }}}"
            .formatted(account("old"), account("older"));
    var current = adopted(PullSecrets.withContent(secret("o=a", "a:old"), content));

    assertThat(document(SharedSecret.of("pull", List.of(contribution(claim)), current)))
        .isEqualTo(
            "{\"auths\":{%s\"theirs\":{ }}}"
                .formatted(entries.isEmpty() ? "" : "\"a\":" + account(entries) + ","));
  }

  @Test
  void whatIsHandedOverInAnotherSpellingIsTakenOver() {
    var content =
        "{\"auths\":{\"a:443\":{},\"http://a\":%s,\"theirs\":{ }}}".formatted(account("old"));
    var offered =
        PullSecrets.withAnnotations(
            PullSecrets.foreign("pull", PullSecret.TYPE, content),
            Map.of(Labels.ADOPT, "RegistryCredential/o"));

    assertThat(document(SharedSecret.of("pull", List.of(contribution("o@1=a")), offered)))
        .isEqualTo("{\"auths\":{\"a\":%s,\"a:443\":{},\"theirs\":{ }}}".formatted(account("o")));
  }

  @Test
  void anEntryThatWasLeftBehindStaysUntilSomebodyAsksForItsServer() {
    var left = secret("gone=a o=b", "a:old b:old").withoutMarkOf(contributor("gone"));

    assertThat(left.markEntries()).containsExactly(new MarkEntry(contributor("o"), "b"));
    var without = SharedSecret.of("pull", List.of(contribution("o@1=b")), left);
    assertThat(document(without)).isEqualTo(json("a:old b:o"));
    assertThat(without.secret().owners()).as("it outlives them all").isEmpty();
    var taken =
        SharedSecret.of("pull", List.of(contribution("o@1=b"), contribution("y@2=a")), left);
    assertThat(document(taken)).isEqualTo(json("a:y b:o"));
    assertThat(taken.result(contributor("y"))).isEqualTo(new EntryResult.Held("a"));
  }

  @Test
  void itsOwnersAreAllItsCredentialsAndOtherPeoplesStay() {
    var current = PullSecrets.withOwners(secret("o=a", "a:old"), SOMEBODY, owner("gone"));
    assertThat(
            SharedSecret.of("pull", List.of(contribution("y@2=b"), contribution("o@1=a")), current)
                .secret()
                .owners())
        .containsExactly(SOMEBODY, owner("o"), owner("y"));
  }

  @Test
  void itHasNoOwnerOfOursIfOneOfThemRetainsIt() {
    var retaining =
        new SecretRequest(
            contributor("r"), CREATED, null, new EntryRequest.Omit(), Map.of(), Map.of(), null);
    var current = PullSecrets.withOwners(secret("o=a", "a:old"), SOMEBODY, owner("o"));
    assertThat(
            SharedSecret.of("pull", List.of(contribution("o@1=a"), retaining), current)
                .secret()
                .owners())
        .containsExactly(SOMEBODY);
  }

  private static Stream<String> words(String text) {
    return Stream.of(text.strip().split(" +")).filter(word -> !word.isEmpty());
  }

  private static SecretRequest contribution(String claim) {
    var matcher = CLAIM.matcher(claim);
    assertThat(matcher.matches()).as(claim).isTrue();
    var name = matcher.group(1);
    return new SecretRequest(
        contributor(name),
        CREATED.plusSeconds(Long.parseLong(matcher.group(2))),
        matcher.group(6),
        claim(matcher.group(3), matcher.group(4) != null, matcher.group(5) != null, name),
        Map.of(),
        Map.of(),
        owner(name));
  }

  private static EntryRequest claim(
      @Nullable String server, boolean stays, boolean isToCome, String user) {
    if (server == null) {
      return stays ? new EntryRequest.Keep() : new EntryRequest.Omit();
    }
    var address = ServerAddress.parse(server);
    return isToCome
        ? new EntryRequest.Reserve(address)
        : new EntryRequest.Put(address, entry(user));
  }

  private static SecretRequest labelled(
      String claim, Map<String, String> labels, Map<String, String> annotations) {
    var plain = contribution(claim);
    return new SecretRequest(
        plain.credential(),
        plain.created(),
        plain.lastServer(),
        plain.entry(),
        labels,
        annotations,
        plain.owner());
  }

  /** Of 700,000 bytes. */
  private static SecretRequest large(String name, int age, String server) {
    return claiming(
        name,
        age,
        ServerAddress.parse(server),
        new DockerConfigEntry(name, "p".repeat(300_000), ""));
  }

  private static SecretRequest claiming(
      String name, int age, ServerAddress server, DockerConfigEntry entry) {
    return new SecretRequest(
        contributor(name),
        CREATED.plusSeconds(age),
        null,
        new EntryRequest.Put(server, entry),
        Map.of(),
        Map.of(),
        owner(name));
  }

  private static DockerConfigEntry withMail(int characters) {
    return new DockerConfigEntry("o", "p", "e".repeat(characters));
  }

  private static CredentialRef contributor(String name) {
    return new CredentialRef(
        name.startsWith(WIDE) ? "ClusterRegistryCredential" : "RegistryCredential", name);
  }

  private static OwnerReference owner(String name) {
    return new OwnerReference(
        "regcred.dev/v1alpha1", contributor(name).kind(), name, "uid-of-" + name, null, null);
  }

  private static DockerConfigEntry entry(String user) {
    return new DockerConfigEntry(user, PullSecrets.PASSWORD, "");
  }

  private static String account(String user) {
    return entry(user).toJson();
  }

  private static PullSecret secret(@Nullable String mark, String content) {
    var secret = PullSecrets.foreign("pull", PullSecret.TYPE, json(content));
    if (mark == null) {
      return secret;
    }
    var holdings = new ArrayList<String>();
    words(mark)
        .forEach(
            word -> {
              var parts = word.split("=", -1);
              holdings.add(
                  "{\"kind\":\"%s\",\"name\":\"%s\"%s}"
                      .formatted(
                          contributor(parts[0]).kind(),
                          parts[0],
                          parts[1].isEmpty() ? "" : ",\"server\":\"" + parts[1] + "\""));
            });
    return PullSecrets.withAnnotations(
        PullSecrets.withLabels(secret, Map.of(Labels.MANAGED, "true")),
        Map.of(Labels.CONTRIBUTORS, "[" + String.join(",", holdings) + "]"));
  }

  private static PullSecret adopted(PullSecret secret) {
    return PullSecrets.withAnnotations(secret, Map.of(Labels.ADOPTED, "true"));
  }

  private static String json(String entries) {
    return words(entries)
        .map(
            word -> {
              var parts = word.split(":", -1);
              return "\"" + parts[0] + "\":" + account(parts[1]);
            })
        .collect(Collectors.joining(",", "{\"auths\":{", "}}"));
  }

  private static String document(SharedSecret shared) {
    var data = shared.secret().data();
    assertThat(data).containsOnlyKeys(PullSecret.KEY);
    return new String(Base64.getDecoder().decode(data.get(PullSecret.KEY)), UTF_8);
  }

  private static String text(String name, EntryResult result) {
    return switch (result) {
      case EntryResult.Held(var server) -> name + "=" + server;
      case EntryResult.None() -> name + "=-";
      case EntryResult.Claimed(_, var winner) -> name + ">" + winner.name();
      case EntryResult.TooLarge() -> name + "!";
    };
  }
}
