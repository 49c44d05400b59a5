package dev.regcred.diagnosis;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.regcred.diagnosis.ObservedSecret.Broken;
import dev.regcred.dockerconfig.ImageName;
import dev.regcred.pullsecret.CredentialRef;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who can pull an image: the ServiceAccounts whose new Pods would have an account for it. Its JSON
 * is what {@code -o json} prints; nothing in it is a value of a Secret.
 *
 * @param image the image as kubelets read it
 * @param canPull how many of the ServiceAccounts
 * @param of how many ServiceAccounts there are
 * @param rows those that can, and those that would but for a broken Secret
 */
public record PullMatrix(String image, long canPull, long of, List<Row> rows) {
  /**
   * How Pods of a ServiceAccount would pull.
   *
   * @param namespace the namespace
   * @param serviceAccount the ServiceAccount; {@code *} for all Pods that a policy selects
   * @param secret the Secret whose account is tried first, or that is broken
   * @param server the key of the entry; null where the Secret is broken
   * @param keptBy the credentials that keep the Secret, as kind and name
   * @param problem why they can't pull all the same; null if they can
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
   * Who can pull an image.
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
        rows);
  }

  /** Whether any Pod would have an account. */
  @JsonIgnore
  public boolean isPulledBySomebody() {
    return rows.stream().anyMatch(row -> row.problem() == null);
  }

  private static Stream<Row> rows(ImageName image, ObservedNamespace namespace) {
    var given = givenToPods(namespace);
    var rows = new ArrayList<Row>();
    row(image, namespace, ANY, given).forEach(rows::add);
    namespace.serviceAccounts().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .flatMap(account -> row(image, namespace, account.getKey(), account.getValue()))
        .forEach(rows::add);
    return rows.stream();
  }

  /** The Secrets that the API server gives to new Pods. */
  private static List<String> givenToPods(ObservedNamespace namespace) {
    return namespace.credentials().stream()
        .filter(ObservedCredential::isGivenToPods)
        .flatMap(credential -> namespace.secrets().keySet().stream().filter(credential::keeps))
        .distinct()
        .toList();
  }

  private static Stream<Row> row(
      ImageName image, ObservedNamespace namespace, String account, List<String> names) {
    var secrets =
        names.stream().flatMap(name -> Stream.ofNullable(namespace.secrets().get(name))).toList();
    var first = PodKeyring.of(secrets).lookup(image).stream().findFirst();
    var broken =
        secrets.stream()
            .filter(
                secret ->
                    secret.content() instanceof Broken(_, var kubeletsMayRead) && !kubeletsMayRead)
            .findFirst();
    if (broken.isPresent()) {
      return Stream.of(
          new Row(
              namespace.name(),
              account,
              broken.get().name(),
              null,
              keptBy(broken.get()),
              "its content can't be read, and kubelets refuse every image for it"));
    }
    return first.stream()
        .map(
            entry ->
                new Row(
                    namespace.name(),
                    account,
                    entry.secret(),
                    Redacted.server(entry.server()),
                    keptBy(namespace, entry.secret()),
                    null));
  }

  private static List<String> keptBy(ObservedNamespace namespace, String secret) {
    var found = namespace.secrets().get(secret);
    return found == null ? List.of() : keptBy(found);
  }

  private static List<String> keptBy(ObservedSecret secret) {
    return secret.credentials().stream().map(PullMatrix::title).toList();
  }

  private static String title(CredentialRef ref) {
    return ref.kind() + " " + ref.name();
  }
}
