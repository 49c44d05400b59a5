package dev.regcred.migration;

import dev.regcred.dockerconfig.ServerAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The names of what is declared: of objects of one kind in one place no two have the same, and who
 * asks in the same order gets the same.
 */
final class Names {
  private static final int MAX_NAME = 253;
  private static final int MAX_SUFFIX = 9;
  private static final Pattern NOT_OF_A_NAME = Pattern.compile("[^a-z0-9.-]+");
  private static final Pattern AROUND_A_DOT = Pattern.compile("[-.]*\\.[-.]*");
  private static final Pattern AT_AN_END = Pattern.compile("^[-.]+|[-.]+$");

  private final Map<String, Set<String>> taken = new HashMap<>();

  /** Keeps a name from being given. */
  void take(String place, String name) {
    taken.computeIfAbsent(place, _ -> new HashSet<>()).add(name);
  }

  /** Whether a name is given already, or was taken. */
  boolean isTaken(String place, String name) {
    return taken.getOrDefault(place, Set.of()).contains(name);
  }

  /**
   * Gives a name.
   *
   * @param place the kind and the namespace
   * @param wanted the name, if it is free and not too long
   * @param identity what tells this object from another one that wants the same name
   */
  String give(String place, String wanted, String identity) {
    var name = fit(wanted, identity);
    for (int i = 0; isTaken(place, name); i++) {
      name = withHash(wanted, identity + i);
    }
    take(place, name);
    return name;
  }

  private static String fit(String wanted, String identity) {
    return wanted.length() <= MAX_NAME ? wanted : withHash(wanted, identity);
  }

  private static String withHash(String wanted, String identity) {
    var start = wanted.substring(0, Math.min(wanted.length(), MAX_NAME - MAX_SUFFIX));
    return "%s-%s"
        .formatted(
            AT_AN_END.matcher(start).replaceAll(""), Integer.toHexString(identity.hashCode()));
  }

  /** A server address in the form of a name: {@code r.example.com:5000/team} has dashes. */
  static String ofServer(ServerAddress address) {
    if (address.equals(ServerAddress.DOCKER_HUB)) {
      return "docker.io";
    }
    var dashed = NOT_OF_A_NAME.matcher(address.value()).replaceAll("-");
    return AT_AN_END.matcher(AROUND_A_DOT.matcher(dashed).replaceAll(".")).replaceAll("");
  }
}
