package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The content of a {@code kubernetes.io/dockerconfigjson} Secret, immutable.
 *
 * <p>With our entries alone, {@link #toBytes()} is byte for byte what {@code kubectl create secret
 * docker-registry} writes for these accounts: compact JSON, keys in byte order, strings escaped as
 * Go does. Whatever else an existing document holds is kept: the value of a foreign entry and of
 * another top-level key (such as {@code HttpHeaders} or {@code credHelpers}) to the byte, after
 * {@code auths} and in the order found.
 */
public final class DockerConfigJson {
  /** The key of a {@code kubernetes.io/dockerconfigjson} Secret under which the config stands. */
  public static final String KEY = ".dockerconfigjson";

  /**
   * Byte order of the UTF-8 form, in which Go sorts the keys of a map. Java's own order of strings
   * differs from it above U+FFFF.
   */
  private static final Comparator<String> BYTE_ORDER =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  private static final DockerConfigJson EMPTY = new DockerConfigJson(Map.of(), Map.of());

  private final SortedMap<String, String> auths;
  private final Map<String, String> others;

  /**
   * A document of texts that were parsed.
   *
   * @param auths server to the JSON text of its entry
   * @param others the other top-level keys to the JSON text of their value, in order
   */
  DockerConfigJson(Map<String, String> auths, Map<String, String> others) {
    var sorted = new TreeMap<String, String>(BYTE_ORDER);
    sorted.putAll(auths);
    this.auths = Collections.unmodifiableSortedMap(sorted);
    this.others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

  /** The document without an entry: {@code {"auths":{}}}. */
  public static DockerConfigJson empty() {
    return EMPTY;
  }

  /** The document of these entries and nothing else. */
  public static DockerConfigJson of(Map<ServerAddress, DockerConfigEntry> entries) {
    return EMPTY.merge(entries, Set.of());
  }

  /**
   * This document with the given entries in place, and without those of the servers that are
   * withdrawn, in whatever spelling ({@link ServerAddress#canonical}): kubelets would try the
   * account of another spelling as well, and perhaps first. Every other entry stays as it is.
   *
   * @param entries what is to be there; replaces all entries of that server
   * @param withdrawn the servers whose present entries go
   */
  public DockerConfigJson merge(
      Map<ServerAddress, DockerConfigEntry> entries, Set<String> withdrawn) {
    var servers = new HashSet<>(withdrawn);
    entries.keySet().forEach(server -> servers.add(server.value()));
    var merged = without(key -> isOf(key, servers));
    entries.forEach((server, entry) -> merged.put(server.value(), entry.toJson()));
    return new DockerConfigJson(merged, others);
  }

  /**
   * This document without the entries of these servers that stand under another key than the
   * canonical one.
   */
  public DockerConfigJson withoutOtherSpellings(Set<String> servers) {
    return new DockerConfigJson(
        without(key -> !servers.contains(key) && isOf(key, servers)), others);
  }

  private Map<String, String> without(Predicate<String> keys) {
    var rest = new TreeMap<>(auths);
    rest.keySet().removeIf(keys);
    return rest;
  }

  private static boolean isOf(String key, Set<String> servers) {
    return !servers.isEmpty()
        && (servers.contains(key) || servers.contains(ServerAddress.canonical(key)));
  }

  /** The entries of these servers as they are, and nothing else. */
  public DockerConfigJson only(Set<String> servers) {
    var kept = new TreeMap<>(auths);
    kept.keySet().retainAll(servers);
    return new DockerConfigJson(kept, Map.of());
  }

  /**
   * Why a kubelet would refuse the whole document for one of its values, as the end of the sentence
   * "the content ...".
   */
  public Optional<String> unusable() {
    if (!auths.values().stream().allMatch(entry -> KubeletParser.account(entry).isPresent())) {
      return Optional.of(
          "has an entry whose auth is not base64 of user:password, or with a username, password or"
              + " email that is no string");
    }
    return others.entrySet().stream()
            .allMatch(other -> KubeletParser.takesOther(other.getKey(), other.getValue()))
        ? Optional.empty()
        : Optional.of("has HttpHeaders that are no strings");
  }

  /**
   * The keys of a server's entries: the one that is written exactly so, or else all that spell it
   * in another way.
   */
  List<String> keysOf(String server) {
    var canonical = ServerAddress.canonical(server);
    return auths.containsKey(server)
        ? List.of(server)
        : auths.keySet().stream()
            .filter(key -> ServerAddress.canonical(key).equals(canonical))
            .toList();
  }

  /**
   * Whether kubelets find a user name or a password in the entry under a key that is there. Docker
   * leaves out both where it has a credential store, and with an empty {@code auth} of a template
   * both are empty whatever stands beside it.
   */
  public boolean hasAccount(String key) {
    return KubeletParser.account(entry(key))
        .filter(account -> account.userName().length > 0 || account.password().length > 0)
        .isPresent();
  }

  /** Whether a client sends that account to the server, as far as its own entry goes. */
  public boolean holds(ServerAddress server, DockerConfigEntry entry) {
    var there = auths.get(server.value());
    return there != null && KubeletParser.account(there).filter(entry::isAccount).isPresent();
  }

  /** The JSON text of the entry under a key that is there. */
  String entry(String key) {
    return Objects.requireNonNull(auths.get(key));
  }

  /** The servers that have an entry, ours and foreign ones, in byte order; keys as they are. */
  public Set<String> servers() {
    return auths.keySet();
  }

  /** The top-level keys other than {@code auths}, in the order found. */
  public Set<String> others() {
    return others.keySet();
  }

  /** The bytes for the Secret's key {@code .dockerconfigjson}, in UTF-8. */
  public byte[] toBytes() {
    var json = new StringBuilder("{\"auths\":{");
    appendMembers(json, auths);
    json.append('}');
    if (!others.isEmpty()) {
      json.append(',');
      appendMembers(json, others);
    }
    return json.append('}').toString().getBytes(UTF_8);
  }

  private static void appendMembers(StringBuilder json, Map<String, String> members) {
    var separator = "";
    for (var member : members.entrySet()) {
      json.append(separator);
      GoJson.appendString(json, member.getKey());
      json.append(':').append(member.getValue());
      separator = ",";
    }
  }

  /** How many entries there are, and nothing of them. */
  @Override
  public String toString() {
    return "DockerConfigJson[" + auths.size() + " entries]";
  }
}
