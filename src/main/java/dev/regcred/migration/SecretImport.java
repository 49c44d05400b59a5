package dev.regcred.migration;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.diagnosis.Redacted;
import dev.regcred.dockerconfig.CredentialValue;
import dev.regcred.dockerconfig.DockerConfigAccount;
import dev.regcred.dockerconfig.DockerConfigJson;
import dev.regcred.dockerconfig.InvalidServerAddressException;
import dev.regcred.dockerconfig.Keyring;
import dev.regcred.dockerconfig.ServerAddress;
import dev.regcred.migration.ImportedSecret.Entry;
import dev.regcred.pullsecret.Adoption;
import dev.regcred.pullsecret.PullSecret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The reading of one pull Secret, after which its values are not needed any more. */
public final class SecretImport {
  /** User names that registries of clouds give out together with a token of at most 12 hours. */
  private static final Set<String> OF_TOKENS =
      Set.of("AWS", "oauth2accesstoken", "00000000-0000-0000-0000-000000000000");

  private final String namespace;
  private final PullSecret secret;
  private final Function<byte[], String> digest;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private SecretImport(String namespace, PullSecret secret, Function<byte[], String> digest) {
    this.namespace = namespace;
    this.secret = secret;
    this.digest = digest;
  }

  /**
   * Reads a pull Secret of either type.
   *
   * @param digest makes the same text of the same account, and nobody can tell the account from it
   * @return empty where it is no business of an import: a source of a cluster-wide credential
   */
  public static Optional<ImportedSecret> read(
      String namespace, PullSecret secret, Function<byte[], String> digest) {
    return "true".equals(secret.labels().get(Labels.SOURCE))
        ? Optional.empty()
        : Optional.of(new SecretImport(namespace, secret, digest).read());
  }

  /**
   * The digest of the account of one server, for a comparison with that of an {@link Entry}.
   *
   * @return empty where there is no account that could be used
   */
  public static Optional<String> account(
      DockerConfigAccount account, Function<byte[], String> digest) {
    return account
            instanceof
            DockerConfigAccount.Found(
                CredentialValue.Valid(var userName),
                CredentialValue.Valid(var password))
        ? Optional.of(digest.apply((userName + ":" + password).getBytes(UTF_8)))
        : Optional.empty();
  }

  private ImportedSecret read() {
    var keeper = Keeper.of(secret).orElse(null);
    if (isKept()) {
      note("is kept by regcred already");
      readContent();
    } else if (keeper != null && keeper.role() == Keeper.Role.PLATFORM) {
      note("is %s's own; it is left out".formatted(keeper.title()));
    } else {
      readContent();
    }
    return new ImportedSecret(
        namespace,
        secret.name(),
        secret.resourceVersion(),
        isKept(),
        keeper,
        Adoption.refusal(secret).orElse(null),
        List.copyOf(entries),
        List.copyOf(findings));
  }

  private boolean isKept() {
    return !secret.markEntries().isEmpty();
  }

  private void readContent() {
    if (secret.type().equals(ObservedSecret.OLDER_TYPE)
        && secret.data().containsKey(PullSecret.KEY)) {
      fault("is of the older type and has the newer key as well; it is left out");
      return;
    }
    var seen =
        new ObservedSecret(
            secret.name(), secret.type(), secret.data(), secret.labels(), secret.annotations());
    switch (seen.content()) {
      case ObservedSecret.PassedOver _ -> note("has no content; it is left out");
      case ObservedSecret.Broken(var reason) ->
          unread(reason, "and kubelets refuse every image of Pods that name it");
      case ObservedSecret.Ambiguous(var reason) -> unread(reason, "though kubelets may read it");
      case ObservedSecret.Accounts(var config) -> readAccounts(config);
    }
  }

  private void unread(String reason, String consequence) {
    fault("can't be read: the content %s; it is left out, %s".formatted(reason, consequence));
  }

  private void readAccounts(DockerConfigJson config) {
    var helpers = config.others().stream().filter(SecretImport::isOfHelpers).toList();
    if (!helpers.isEmpty()) {
      note(
          "has %s, which kubelets don't use; it is left out"
              .formatted(String.join(" and ", helpers)));
    }
    var byServer =
        config.servers().stream()
            .collect(
                Collectors.groupingBy(ServerAddress::canonical, TreeMap::new, Collectors.toList()));
    secret.markEntries().stream()
        .flatMap(ours -> Stream.ofNullable(ours.server()))
        .forEach(byServer::remove);
    byServer.forEach((server, keys) -> readServer(config, server, keys));
    if (config.servers().isEmpty() && helpers.isEmpty()) {
      note("has no entry; it is left out");
    }
  }

  private static boolean isOfHelpers(String key) {
    return key.equalsIgnoreCase("credHelpers") || key.equalsIgnoreCase("credsStore");
  }

  private void readServer(DockerConfigJson config, String server, List<String> keys) {
    var used = keys.stream().filter(config::hasAccount).toList();
    keys.stream()
        .filter(key -> !used.contains(key))
        .forEach(
            key ->
                note(
                    "has neither user name nor password in its entry %s; that is left out"
                        .formatted(Redacted.server(key))));
    if (used.isEmpty()) {
      return;
    }
    var address = address(server, used);
    if (address == null) {
      return;
    }
    var accounts = used.stream().map(this::entryOf).flatMap(Optional::stream).toList();
    if (accounts.size() < used.size()) {
      return;
    }
    if (accounts.stream().map(Account::digest).distinct().count() > 1) {
      fault(
          "has several accounts for %s, under %s; keep one, until then they are left out"
              .formatted(
                  server,
                  used.stream().map(Redacted::server).collect(Collectors.joining(" and "))));
      return;
    }
    if (used.stream().anyMatch(key -> isOtherwiseTried(key, address))) {
      return;
    }
    var account =
        accounts.stream()
            .filter(one -> Entry.isShown(one.key()))
            .findFirst()
            .orElseGet(accounts::getFirst);
    if (!isTried(account.key(), address) && isTried(address.value(), address)) {
      note(
          "has its account for %s under %s, which kubelets don't try; under %s they will"
              .formatted(address, Redacted.server(account.key()), address));
    }
    entries.add(new Entry(account.key(), address, account.digest(), account.isToken()));
  }

  private @Nullable ServerAddress address(String server, List<String> keys) {
    try {
      return ServerAddress.parse(server);
    } catch (InvalidServerAddressException e) {
      keys.forEach(
          key ->
              fault(
                  "has an entry %s, which is left out. %s"
                      .formatted(Redacted.server(key), e.getMessage())));
      return null;
    }
  }

  private record Account(String key, String digest, boolean isToken) {
    @Override
    public String toString() {
      return "Account[redacted]";
    }
  }

  private Optional<Account> entryOf(String key) {
    var account = DockerConfigAccount.read(secret.name(), key, secret.data());
    var found = account(account, digest);
    if (found.isEmpty()) {
      fault(
          "has an account under %s that can't be used; it is left out. %s"
              .formatted(
                  Redacted.server(key), problem(account).replace(key, Redacted.server(key))));
    }
    return found.map(one -> new Account(key, one, isToken(account)));
  }

  private static String problem(DockerConfigAccount account) {
    return switch (account) {
      case DockerConfigAccount.Missing(var message) -> message;
      case DockerConfigAccount.Invalid(var message) -> message;
      case DockerConfigAccount.Found(CredentialValue.Invalid(var message), _) -> message;
      case DockerConfigAccount.Found(_, CredentialValue.Invalid(var message)) -> message;
      case DockerConfigAccount.Found _ -> "";
    };
  }

  private static boolean isToken(DockerConfigAccount account) {
    return account instanceof DockerConfigAccount.Found(CredentialValue.Valid(var userName), _)
        && OF_TOKENS.contains(userName);
  }

  /** Whether kubelets try the account under a key for an image of its server. */
  private static boolean isTried(String key, ServerAddress address) {
    var image =
        address.equals(ServerAddress.DOCKER_HUB)
            ? "docker.io/library/app"
            : address.value() + "/app";
    return finds(key, image);
  }

  /**
   * Whether kubelets try the account of a key for other images than they will under the address of
   * its server: some would be lost, or others sent an account that was not for them.
   */
  private boolean isOtherwiseTried(String key, ServerAddress address) {
    var lost =
        Keyring.place(key).map(SecretImport::imageOf).stream()
            .anyMatch(image -> finds(key, image) && !finds(address.value(), image));
    var beside = address.value() + "-two/app";
    var isNarrower = isTried(key, address) && finds(address.value(), beside) && !finds(key, beside);
    if (lost || isNarrower) {
      fault(
          "has its account for %s under %s, which kubelets try for %s images than %s; write it under that, if it is meant, until then it is left out"
              .formatted(address, Redacted.server(key), lost ? "other" : "fewer", address));
    }
    return lost || isNarrower;
  }

  /** An image at a place; in lower case, as registries have them. */
  private static String imageOf(String place) {
    int end = place.length();
    while (end > 0 && place.charAt(end - 1) == '/') {
      end--;
    }
    return place.substring(0, end).toLowerCase(Locale.ROOT) + "/app";
  }

  private static boolean finds(String key, String image) {
    return !Keyring.of(List.of(key)).lookup(image).isEmpty();
  }

  private void note(String what) {
    findings.add(new Finding(sentence(what), false));
  }

  private void fault(String what) {
    findings.add(new Finding(sentence(what), true));
  }

  private String sentence(String what) {
    var text = "Secret %s/%s %s".formatted(namespace, secret.name(), what);
    return text.endsWith(".") ? text : text + ".";
  }
}
