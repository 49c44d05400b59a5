package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.dockerconfig.KeyringRows.Row;
import dev.regcred.testcluster.KubeletKeyring;
import dev.regcred.testcluster.KubeletKeyring.Answer;
import dev.regcred.testcluster.KubeletKeyring.Question;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the kubelet's own code makes of our bytes: for which image it sends which account. */
class KubeletKeyringIT {
  private static final KubeletKeyring KEYRING = KubeletKeyring.load();
  private static final DockerConfigEntry ANN = new DockerConfigEntry("ann", "a1", "ann@e.org");
  private static final DockerConfigEntry BOB = new DockerConfigEntry("bob", "b2", "");
  private static final KubeletKeyring.Account ANN_ACCOUNT = new KubeletKeyring.Account("ann", "a1");
  private static final KubeletKeyring.Account BOB_ACCOUNT = new KubeletKeyring.Account("bob", "b2");
  private static final boolean SENT = true;
  private static final boolean NOT_SENT = false;

  static final List<ServerAddresses.Spelling> SPELLINGS = ServerAddresses.SPELLINGS;

  static Stream<Answered> addresses() {
    return ask(KeyringRows.ADDRESSES, row -> annAt(ServerAddress.parse(row.server()).value()));
  }

  @ParameterizedTest
  @MethodSource("addresses")
  void sendsTheAccountToItsServerOnly(Answered question) {
    question.check();
  }

  static Stream<Answered> keysWeNeverWrite() {
    return ask(
        Stream.of(KeyringRows.KEYS_WE_NEVER_WRITE, KeyringRows.RARE_KEYS, KeyringRows.IMAGES)
            .flatMap(List::stream)
            .toList(),
        row -> annAt(row.server()));
  }

  @ParameterizedTest
  @MethodSource("keysWeNeverWrite")
  void otherKeysWouldSendItElsewhereOrNowhere(Answered question) {
    question.check();
  }

  @Test
  void anImageThatItCannotReadIsNotPulled() {
    var config =
        DockerConfigJson.of(
            Map.of(ServerAddress.parse("ghcr.io"), ANN, ServerAddress.DOCKER_HUB, BOB));
    var questions =
        KeyringRows.UNREADABLE.stream().map(image -> new Question(text(config), image)).toList();
    assertThat(KEYRING.ask(questions))
        .hasSameSizeAs(questions)
        .allSatisfy(answer -> assertThat(answer.error()).isNotNull());
  }

  /** Of images that a kubelet has an account for by some spelling. */
  private static final List<String> IMAGES =
      List.of(
          "busybox",
          "docker.io/foo/bar",
          "registry.example.com/app",
          "registry.example.com:5000/app",
          "10.0.0.5:5000/app",
          "[fd00:10::5]:5000/app",
          "ghcr.io/team/app");

  /** What was there in another spelling is gone; else a kubelet tried it, and perhaps first. */
  @ParameterizedTest
  @FieldSource("SPELLINGS")
  void noAccountIsLeftInAnotherSpelling(ServerAddresses.Spelling row) {
    var theirs = new DockerConfigJson(Map.of(row.key(), BOB.toJson()), Map.of());
    var address = ServerAddress.parse(row.server());
    var taken = theirs.merge(Map.of(address, ANN), Set.of());
    var both =
        new DockerConfigJson(
            Map.of(row.key(), BOB.toJson(), address.value(), ANN.toJson()), Map.of());
    var kept = both.withoutOtherSpellings(Set.of(address.value()));
    var withdrawn = both.merge(Map.of(), Set.of(address.value()));
    var answers =
        KEYRING.ask(
            IMAGES.stream()
                .flatMap(
                    image ->
                        Stream.of(theirs, taken, kept, withdrawn)
                            .map(config -> new Question(text(config), image)))
                .toList());
    for (int i = 0; i < IMAGES.size(); i++) {
      var image = IMAGES.get(i);
      var before = answers.get(4 * i).matches();
      var after = answers.get(4 * i + 1).matches();
      assertThat(after)
          .as("%s, once it is taken over", image)
          .doesNotContain(BOB_ACCOUNT)
          .hasSizeGreaterThanOrEqualTo(before.size());
      assertThat(answers.get(4 * i + 2).matches()).as("%s, kept", image).isEqualTo(after);
      assertThat(answers.get(4 * i + 3).matches()).as("%s, withdrawn", image).isEmpty();
    }
  }

  static Stream<Answered> everyAcceptedAddress() {
    var rows =
        ServerAddresses.ACCEPTED.stream()
            .filter(KubeletKeyringIT::canBeginAnImageName)
            .flatMap(
                row ->
                    Stream.of(
                        new Row(row.text(), row.canonical() + "/app:1", SENT),
                        new Row(row.text(), another(row.canonical()) + "/app:1", NOT_SENT)));
    return ask(rows.toList(), row -> annAt(ServerAddress.parse(row.server()).value()));
  }

  @ParameterizedTest
  @MethodSource("everyAcceptedAddress")
  void sendsTheAccountToEveryAcceptedAddress(Answered question) {
    question.check();
  }

  /** A host that ends in this one. */
  private static String another(String host) {
    return host.startsWith("[") ? "[a" + host.substring(1) : "x" + host;
  }

  /** Docker Hub has its own rows; a host needs a dot or a port, and a path has its own limit. */
  private static boolean canBeginAnImageName(ServerAddresses.Accepted row) {
    return !row.canonical().startsWith("https://")
        && row.canonical().matches("[^/]*[.:].*|localhost.*")
        && row.canonical().length() < 300;
  }

  @Test
  void readsTheAccountBackAsItWas() {
    var answers =
        KEYRING.ask(
            Accounts.NASTY.stream()
                .map(account -> Map.of(ServerAddress.DOCKER_HUB, account.entry()))
                .map(entries -> new Question(text(DockerConfigJson.of(entries)), "busybox"))
                .toList());
    assertThat(answers)
        .isEqualTo(
            Accounts.NASTY.stream()
                .map(each -> new KubeletKeyring.Account(each.username(), each.password()))
                .map(account -> new Answer(List.of(account), null))
                .toList());
  }

  @Test
  void triesTheLongestPathFirst() {
    var config =
        DockerConfigJson.of(
            Map.of(ServerAddress.parse("ghcr.io"), ANN, ServerAddress.parse("ghcr.io/team"), BOB));
    var answers =
        KEYRING.ask(
            List.of(
                new Question(text(config), "ghcr.io/team/app"),
                new Question(text(config), "ghcr.io/other/app")));
    assertThat(answers)
        .containsExactly(
            new Answer(List.of(BOB_ACCOUNT, ANN_ACCOUNT), null),
            new Answer(List.of(ANN_ACCOUNT), null));
  }

  static Stream<Foreign> usableConfigs() {
    return ask(List.of(ForeignConfigs.USABLE));
  }

  @ParameterizedTest
  @MethodSource("usableConfigs")
  void sendsTheAccountWhateverUsableEntryStandsBesideIt(Foreign foreign) {
    assertThat(foreign.answer).isEqualTo(new Answer(List.of(ANN_ACCOUNT), null));
  }

  static Stream<Foreign> unusableConfigs() {
    return ask(List.of(ForeignConfigs.UNUSABLE, ForeignConfigs.OF_ANOTHER_TYPE));
  }

  @ParameterizedTest
  @MethodSource("unusableConfigs")
  void refusesTheWholeSecretForOneUnusableEntry(Foreign foreign) {
    assertThat(foreign.answer.matches()).isEmpty();
    assertThat(foreign.answer.error()).isNotNull();
  }

  /** The answer to a config that holds our entry beside other people's. */
  record Foreign(String config, Answer answer) {
    @Override
    public String toString() {
      return config;
    }
  }

  private static Stream<Foreign> ask(List<List<String>> tables) {
    var configs = tables.stream().flatMap(List::stream).toList();
    var answers =
        KEYRING.ask(
            configs.stream()
                .map(config -> config.formatted(ANN.toJson()))
                .map(config -> new Question(config, "registry.example.com/app"))
                .toList());
    assertThat(answers).hasSameSizeAs(configs);
    return IntStream.range(0, configs.size())
        .mapToObj(i -> new Foreign(configs.get(i), answers.get(i)));
  }

  @Test
  void pullsAnonymouslyWithABlankSecret() {
    assertThat(KEYRING.ask(List.of(new Question(text(DockerConfigJson.empty()), "busybox"))))
        .containsExactly(new Answer(List.of(), null));
  }

  /** A row with the kubelet's answer. */
  record Answered(Row row, Answer answer) {
    void check() {
      List<KubeletKeyring.Account> expected = row.sent() ? List.of(ANN_ACCOUNT) : List.of();
      assertThat(answer).isEqualTo(new Answer(expected, null));
    }

    @Override
    public String toString() {
      return "%s: %s to %s".formatted(row.image(), row.sent() ? "sent" : "not sent", row.server());
    }
  }

  /** All questions of a table in one run of the program. */
  private static Stream<Answered> ask(List<Row> rows, Function<Row, DockerConfigJson> content) {
    var answers =
        KEYRING.ask(
            rows.stream().map(row -> new Question(text(content.apply(row)), row.image())).toList());
    assertThat(answers).hasSameSizeAs(rows);
    return IntStream.range(0, rows.size()).mapToObj(i -> new Answered(rows.get(i), answers.get(i)));
  }

  private static DockerConfigJson annAt(String server) {
    return new DockerConfigJson(Map.of(server, ANN.toJson()), Map.of());
  }

  private static String text(DockerConfigJson config) {
    return new String(config.toBytes(), UTF_8);
  }
}
