package dev.regcred.diagnosis;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.regcred.diagnosis.ObservedSecret.Ambiguous;
import dev.regcred.diagnosis.ObservedSecret.Broken;
import dev.regcred.dockerconfig.ImageName;
import dev.regcred.pullsecret.CredentialRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who can pull an image: the ServiceAccounts whose new Pods would have an account for it. Its JSON
 * is what {@code -o json} prints; nothing in it is a value of a Secret.
 *
 * <pre>
 * the Secrets of a ServiceAccount                   row
 * one that kubelets can't read, whatever else       that one, with a problem: every image is refused
 * an entry for the image with an account            that entry: the first of them
 * entries for it, but all of them empty             the first, with a problem
 * none, but one that is not understood here         that one, with a problem
 * none                                              no row
 * </pre>
 *
 * @param image the image as kubelets read it
 * @param canPull how many of the ServiceAccounts
 * @param of how many ServiceAccounts there are
 * @param rows those that can, and those that would but for a problem, by namespace and name
 * @param notes what was not allowed to be looked at, sentences
 */
public record PullMatrix(String image, long canPull, long of, List<Row> rows, List<String> notes) {
  /**
   * How Pods of a ServiceAccount would pull.
   *
   * @param namespace the namespace
   * @param serviceAccount the ServiceAccount; {@code *} for all Pods that a policy selects
   * @param secret the Secret whose account is tried first, or that has the problem
   * @param server the key of the entry; null where the Secret is not read
   * @param keptBy the credentials that keep the Secret, as kind and name
   * @param problem why they can't pull all the same, the end of a sentence; null if they can
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(
      String namespace,
      String serviceAccount,
      String secret,
      @Nullable String server,
      List<String> keptBy,
      @Nullable String problem) {}

  /** Of all Pods that the policy of {@code attach: Pods} selects. */
  private static final String ANY = "*";

  /**
   * Finds who can pull an image.
   *
   * @param namespaces what was read, in whatever order
   */
  public static PullMatrix of(ImageName image, List<ObservedNamespace> namespaces) {
    var rows =
        namespaces.stream()
            .sorted(Comparator.comparing(ObservedNamespace::name))
            .flatMap(namespace -> rows(image, namespace))
            .toList();
    return new PullMatrix(
        image.toString(),
        rows.stream()
            .filter(row -> row.problem() == null && !row.serviceAccount().equals(ANY))
            .count(),
        namespaces.stream().mapToLong(namespace -> namespace.serviceAccounts().size()).sum(),
        rows,
        notes(namespaces));
  }

  /** Whether any Pod would have an account. */
  @JsonIgnore
  public boolean isPulledBySomebody() {
    return rows.stream().anyMatch(row -> row.problem() == null);
  }

  private static List<String> notes(List<ObservedNamespace> namespaces) {
    return namespaces.stream().anyMatch(namespace -> namespace.credentials().isForbidden())
        ? List.of(
            "You may not list RegistryCredentials: to which Pods attach: Pods gives a Secret is not known.")
        : List.of();
  }

  private static Stream<Row> rows(ImageName image, ObservedNamespace namespace) {
    var rows = new ArrayList<Row>();
    row(image, namespace, ANY, givenToPods(namespace)).ifPresent(rows::add);
    namespace.serviceAccounts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(account -> row(image, namespace, account.getKey(), account.getValue()).stream())
        .forEach(rows::add);
    return rows.stream();
  }

  /** The Secrets that the API server gives to new Pods. */
  private static List<String> givenToPods(ObservedNamespace namespace) {
    return namespace.credentials().found().stream()
        .flatMap(List::stream)
        .filter(ObservedCredential::isGivenToPods)
        .map(ObservedCredential::secret)
        .distinct()
        .toList();
  }

  private static Optional<Row> row(
      ImageName image, ObservedNamespace namespace, String account, List<String> names) {
    var secrets =
        names.stream().flatMap(name -> Stream.ofNullable(namespace.secrets().get(name))).toList();
    var asked = new Asked(namespace.name(), account);
    return broken(asked, secrets)
        .or(() -> entry(asked, image, secrets))
        .or(() -> ambiguous(asked, secrets));
  }

  /** Whose row it is. */
  private record Asked(String namespace, String account) {
    Row row(ObservedSecret secret, @Nullable String server, @Nullable String problem) {
      return new Row(
          namespace,
          account,
          secret.name(),
          server == null ? null : Redacted.server(server),
          secret.credentials().stream().map(PullMatrix::title).toList(),
          problem);
    }
  }

  /** The keyring of a Pod is not made where one of its Secrets can't be read. */
  private static Optional<Row> broken(Asked asked, List<ObservedSecret> secrets) {
    return secrets.stream()
        .filter(secret -> secret.content() instanceof Broken)
        .findFirst()
        .map(
            secret ->
                asked.row(
                    secret,
                    null,
                    "its content can't be read, and kubelets refuse every image for it"));
  }

  private static Optional<Row> entry(Asked asked, ImageName image, List<ObservedSecret> secrets) {
    var tried = PodKeyring.of(secrets).lookup(image);
    var used = tried.stream().filter(entry -> hasAccount(secrets, entry)).findFirst();
    return used.or(() -> tried.stream().findFirst())
        .flatMap(
            entry ->
                secret(secrets, entry)
                    .map(
                        secret ->
                            asked.row(
                                secret,
                                entry.server(),
                                used.isPresent()
                                    ? null
                                    : "its entry has neither user name nor password")));
  }

  private static boolean hasAccount(List<ObservedSecret> secrets, PodKeyring.Entry entry) {
    return secret(secrets, entry).filter(one -> one.hasAccount(entry.server())).isPresent();
  }

  private static Optional<ObservedSecret> secret(
      List<ObservedSecret> secrets, PodKeyring.Entry entry) {
    return secrets.stream().filter(one -> one.name().equals(entry.secret())).findFirst();
  }

  private static Optional<Row> ambiguous(Asked asked, List<ObservedSecret> secrets) {
    return secrets.stream()
        .flatMap(
            secret ->
                secret.content() instanceof Ambiguous(var reason)
                    ? Stream.of(
                        asked.row(
                            secret,
                            null,
                            "its content %s, and what kubelets make of that is not known here"
                                .formatted(reason)))
                    : Stream.empty())
        .findFirst();
  }

  private static String title(CredentialRef ref) {
    return ref.kind() + " " + ref.name();
  }
}
