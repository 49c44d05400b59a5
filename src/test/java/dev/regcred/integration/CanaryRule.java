package dev.regcred.integration;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.testkit.Canary;
import dev.regcred.testkit.TestNamespace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where a password may be: in the Secrets that it is read from, and in those that are written for a
 * credential that takes it out again. In no other object, in no log and in no metric.
 */
final class CanaryRule {
  /** The Secrets that passwords are read from begin so. */
  static final String SOURCE = "account";

  private CanaryRule() {}

  /** Whether a text has it, in any form. */
  static boolean isIn(String text) {
    return Canary.isIn(text);
  }

  /**
   * The places in a namespace where it must not be.
   *
   * @param handedBack Secrets that are left to their users with the entry in it: they may have it
   *     once they carry no mark
   */
  static List<String> violations(TestNamespace namespace, World world, Set<String> handedBack) {
    var places = new ArrayList<String>();
    var admitted = admitted(world);
    world
        .objects()
        .forEach(
            (key, object) -> {
              var name = object.at("/metadata/name").textValue();
              var isAdmitted =
                  key.startsWith("Secret/")
                      && (name.startsWith(SOURCE)
                          || admitted.contains(name)
                          || contributors(object).anyMatch(one -> isWithdrawing(world, one))
                          || (handedBack.contains(name)
                              && contributors(object).findAny().isEmpty()));
              if (!isAdmitted && isIn(text(object))) {
                places.add(key);
              }
            });
    for (String path :
        List.of(
            "/apis/events.k8s.io/v1/namespaces/%s/events", "/api/v1/namespaces/%s/configmaps")) {
      if (isIn(namespace.list(path))) {
        places.add(path);
      }
    }
    return places;
  }

  private static String text(JsonNode object) {
    var text = new StringBuilder(object.toString());
    if (object.path("kind").asText("Secret").equals("Secret")) {
      object.path("data").forEach(value -> text.append('\n').append(World.decoded(value.asText())));
    }
    return text.toString();
  }

  /**
   * The Secrets that credentials name, in their status or in a spec that is not carried out yet.
   */
  private static Set<String> admitted(World world) {
    var names = new HashSet<String>();
    world
        .all("RegistryCredential")
        .forEach(
            credential -> {
              names.add(credential.at("/status/secretName").asText());
              if (World.isBehind(credential)) {
                names.add(
                    credential
                        .at("/spec/target/secretName")
                        .asText(credential.at("/metadata/name").asText()));
              }
            });
    return names;
  }

  private static Stream<JsonNode> contributors(JsonNode secret) {
    var mark = secret.at("/metadata/annotations/regcred.dev~1contributors");
    return mark.isTextual() ? stream(World.parse(mark.textValue())) : Stream.empty();
  }

  /** Whether the contributor is there and can't go without withdrawing what it wrote. */
  private static boolean isWithdrawing(World world, JsonNode contributor) {
    var credential =
        world
            .objects()
            .get(contributor.path("kind").asText() + "/" + contributor.path("name").asText());
    return credential != null
        && stream(credential.at("/metadata/finalizers"))
            .anyMatch(finalizer -> finalizer.asText().equals("regcred.dev/finalizer"));
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    var elements = new ArrayList<JsonNode>();
    array.forEach(elements::add);
    return elements.stream();
  }
}
