package dev.regcred.cli;

import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.diagnosis.PodKeyring;
import dev.regcred.dockerconfig.CredentialValue;
import dev.regcred.dockerconfig.DockerConfigAccount;
import dev.regcred.dockerconfig.ImageName;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What new Pods of a namespace would pull with, as the keyring of kubelets has it: those of each
 * ServiceAccount, and those that name one Secret themselves.
 */
final class PullingPods {
  private PullingPods() {}

  /**
   * The accounts that are tried for each image, in that order.
   *
   * @return by who pulls and what; an account is a text that is equal for equal ones
   */
  static Map<String, List<String>> of(
      KubernetesClient admin, String namespace, List<String> named, List<String> images) {
    var secrets =
        admin.secrets().inNamespace(namespace).list().getItems().stream()
            .map(PullingPods::observed)
            .collect(Collectors.toMap(ObservedSecret::name, secret -> secret));
    var lists = new HashMap<String, List<String>>();
    admin
        .serviceAccounts()
        .inNamespace(namespace)
        .list()
        .getItems()
        .forEach(
            account ->
                lists.put(
                    "ServiceAccount " + account.getMetadata().getName(),
                    account.getImagePullSecrets().stream()
                        .map(LocalObjectReference::getName)
                        .toList()));
    named.forEach(secret -> lists.put("Secret " + secret, List.of(secret)));
    var pulls = new TreeMap<String, List<String>>();
    lists.forEach(
        (who, names) -> {
          var those = names.stream().flatMap(name -> Stream.ofNullable(secrets.get(name))).toList();
          for (String image : images) {
            var tried =
                PodKeyring.of(those).lookup(ImageName.parse(image).orElseThrow()).stream()
                    .map(
                        entry ->
                            account(Objects.requireNonNull(secrets.get(entry.secret())), entry))
                    .flatMap(Optional::stream)
                    .distinct()
                    .toList();
            if (!tried.isEmpty()) {
              pulls.put(who + " " + image, new ArrayList<>(tried));
            }
          }
        });
    return pulls;
  }

  private static Optional<String> account(ObservedSecret secret, PodKeyring.Entry entry) {
    return DockerConfigAccount.read(secret.name(), entry.server(), secret.data())
            instanceof
            DockerConfigAccount.Found(
                CredentialValue.Valid(var userName),
                CredentialValue.Valid(var password))
        ? Optional.of(userName + ":" + password)
        : Optional.empty();
  }

  private static ObservedSecret observed(Secret secret) {
    return new ObservedSecret(
        secret.getMetadata().getName(),
        secret.getType(),
        secret.getData() == null ? Map.of() : secret.getData(),
        Map.of(),
        Map.of());
  }
}
