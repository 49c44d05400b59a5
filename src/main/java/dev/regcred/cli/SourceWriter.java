package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.diagnosis.Lookup;
import dev.regcred.diagnosis.ObservedSecret;
import dev.regcred.dockerconfig.CredentialValue;
import dev.regcred.dockerconfig.DockerConfigAccount;
import dev.regcred.migration.MigrationPlan;
import dev.regcred.migration.MigrationPlan.Source;
import dev.regcred.migration.SecretImport;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;

/**
 * The source Secrets of an import, created by kubectl, one after the other. A value goes from the
 * answer of the API server to the standard input of kubectl, and nowhere else.
 */
final class SourceWriter {
  private final Kubectl kubectl;
  private final Function<byte[], String> digest;
  private final ObjectMapper json = new ObjectMapper();

  /**
   * @param digest the one that the plan was made with
   */
  SourceWriter(Kubectl kubectl, Function<byte[], String> digest) {
    this.kubectl = kubectl;
    this.digest = digest;
  }

  /**
   * Creates one.
   *
   * @return whether it was not there before with the same account
   * @throws CommandException if the account has changed since the plan was made, if it is there
   *     with another one, or may not be created
   */
  boolean write(Source source) {
    var account = account(source);
    var result =
        kubectl.runWithInput(
            manifest(source, account), "create", "--save-config=false", "--output=name", "-f", "-");
    if (result.exitCode() == 0) {
      return true;
    }
    if (result.error().contains("(AlreadyExists)")) {
      checkExisting(source);
      return false;
    }
    throw Kubectl.failed(result);
  }

  private record Account(String userName, String password) {
    @Override
    public String toString() {
      return "Account[redacted]";
    }
  }

  private Account account(Source source) {
    var from = secret(source.fromNamespace(), source.fromSecret()).data();
    var read = DockerConfigAccount.read(source.fromSecret(), source.key(), from);
    var isSame = SecretImport.account(read, digest).filter(source.account()::equals).isPresent();
    if (isSame
        && read
            instanceof
            DockerConfigAccount.Found(
                CredentialValue.Valid(var userName),
                CredentialValue.Valid(var password))) {
      return new Account(userName, password);
    }
    throw CommandException.fault(
        "Secret %s/%s has changed meanwhile; run it again."
            .formatted(source.fromNamespace(), source.fromSecret()));
  }

  private void checkExisting(Source source) {
    var secret = secret(source.namespace(), source.name());
    var there = secret.data();
    var account =
        "%s:%s"
            .formatted(
                decoded(there, MigrationPlan.USER_NAME), decoded(there, MigrationPlan.PASSWORD));
    if (!digest.apply(account.getBytes(UTF_8)).equals(source.account())) {
      throw CommandException.fault(
          "Secret %s/%s is there already, and has another account; delete it or correct it."
              .formatted(source.namespace(), source.name()));
    }
    if (source.isClusterWide() && !"true".equals(secret.labels().get(Labels.SOURCE))) {
      throw CommandException.fault(
          "Secret %s/%s is there already, without the label %s=true, so the operator does not read it; label it, or delete it."
              .formatted(source.namespace(), source.name(), Labels.SOURCE));
    }
  }

  private static String decoded(Map<String, String> data, String key) {
    return new String(Base64.getDecoder().decode(data.getOrDefault(key, "")), UTF_8);
  }

  private ObservedSecret secret(String namespace, String name) {
    return switch (kubectl.get(ClusterReader.path(namespace, "secrets") + "/" + name)) {
      case Lookup.Found<JsonNode>(var found) -> ClusterReader.secret(found);
      case Lookup.Absent<JsonNode> _ ->
          throw CommandException.fault(
              "Secret %s/%s has gone meanwhile; run it again.".formatted(namespace, name));
      case Lookup.Forbidden<JsonNode> _ ->
          throw CommandException.notSeen(
              "You may not get Secret %s/%s.".formatted(namespace, name));
    };
  }

  private byte[] manifest(Source source, Account account) {
    var metadata =
        source.isClusterWide()
            ? Map.of(
                "name",
                source.name(),
                "namespace",
                source.namespace(),
                "labels",
                Map.of(Labels.SOURCE, "true"))
            : Map.of("name", source.name(), "namespace", source.namespace());
    try {
      return json.writeValueAsBytes(
          Map.of(
              "apiVersion",
              "v1",
              "kind",
              "Secret",
              "metadata",
              metadata,
              "type",
              "Opaque",
              "data",
              Map.of(
                  MigrationPlan.USER_NAME,
                  base64(account.userName()),
                  MigrationPlan.PASSWORD,
                  base64(account.password()))));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings can be written");
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }
}
