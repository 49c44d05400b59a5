package dev.regcred.pullsecret;

import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.dockerconfig.DockerConfigEntry;
import dev.regcred.dockerconfig.DockerConfigJson;
import dev.regcred.dockerconfig.ServerAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A pull Secret as a function of all credentials that name it and of the Secret as it is, and what
 * each of them gets.
 *
 * <p>A server has one entry. A namespaced credential gets it before a cluster-wide one; of the same
 * scope, who has it keeps it, else the oldest claim gets it. What does not fit is left out, the
 * newest claims first.
 *
 * @param secret the Secret as it should be
 * @param results what became of each claim
 */
public record SharedSecret(DesiredSecret secret, Map<CredentialRef, EntryResult> results) {
  /**
   * The most that the content may have, in bytes. The API server takes 1 MiB (1,048,576 bytes) for
   * all data of a Secret ({@code MaxSecretSize} in its core validation).
   */
  public static final int MAX_BYTES = 1_000_000;

  /**
   * The most characters that labels and annotations may have in all that are asked for: with the
   * mark and those of others it has to be less than 256 KiB ({@code TotalAnnotationSizeLimitB}).
   */
  static final int MAX_METADATA = 131_072;

  /** What {@code {"kind":"","name":"","server":""},} has besides the texts. */
  private static final int MARK_FORM = 34;

  /** What {@code "",} has besides the key. */
  private static final int KEY_FORM = 3;

  private static final int EMPTY_BYTES = DockerConfigJson.empty().toBytes().length;

  /**
   * Composes the Secret as it should be.
   *
   * @param name the Secret's name
   * @param requests what each credential asks
   * @param current the Secret as it is if it is ours, only lost its mark or is being handed over;
   *     null if there is none
   */
  public static SharedSecret of(
      String name, List<SecretRequest> requests, @Nullable PullSecret current) {
    var fitting = fitting(requests, current);
    var claims =
        requests.stream()
            .filter(c -> fitting.contains(c.credential()))
            .sorted(SecretRequest.BY_AGE)
            .toList();
    var byAge = claims.stream().filter(c -> !(c.entry() instanceof EntryRequest.Reserve)).toList();
    var adopted = current != null && (current.isAdopted() || isOffered(current, requests));
    var incumbents = incumbents(byAge, current);
    var kept = kept(byAge, incumbents, current);
    var base = base(current, adopted, kept);
    var content = new Content(base, kept);
    claims.stream()
        .filter(request -> !isAhead(request, byAge, incumbents))
        .sorted(
            Comparator.comparing((SecretRequest c) -> c.credential().isClusterWide())
                .thenComparing(c -> !c.credential().equals(incumbents.get(serverOf(c)))))
        .forEach(content::add);
    var results = content.results;
    requests.stream()
        .filter(c -> !fitting.contains(c.credential()))
        .forEach(c -> results.put(c.credential(), new EntryResult.TooLarge()));
    var metadata = new Metadata(byAge, results, adopted);
    return new SharedSecret(
        new DesiredSecret(
            name,
            metadata.labels,
            metadata.annotations,
            owners(byAge, current, adopted),
            Map.of(PullSecret.KEY, DesiredSecret.base64(content.document().toBytes()))),
        Map.copyOf(results));
  }

  /**
   * Those that the Secret has room for, whatever its content: what is written on it for each is
   * bounded in all. Who has a part in it already comes first, then the oldest.
   */
  private static Set<CredentialRef> fitting(
      List<SecretRequest> requests, @Nullable PullSecret current) {
    var marked = new HashMap<CredentialRef, Integer>();
    if (current != null) {
      current
          .markEntries()
          .forEach(entry -> marked.put(entry.credential(), length(entry.server())));
    }
    var fitting = new HashSet<CredentialRef>();
    var mark = 1; // Its brackets, less the comma of the last one.
    var metadata = 0;
    for (SecretRequest request :
        requests.stream()
            .sorted(
                Comparator.comparing((SecretRequest c) -> !marked.containsKey(c.credential()))
                    .thenComparing(SecretRequest.BY_AGE))
            .toList()) {
      var markMore = markCharacters(request, marked.getOrDefault(request.credential(), 0));
      var metadataMore = metadataCharacters(request);
      if (fitting.size() < OwnershipMark.MAX_ENTRIES
          && mark + markMore <= OwnershipMark.MAX_CHARACTERS
          && metadata + metadataMore <= MAX_METADATA) {
        fitting.add(request.credential());
        mark += markMore;
        metadata += metadataMore;
      }
    }
    return fitting;
  }

  /**
   * The most that the mark has for it.
   *
   * @param server how long the address is that it has there now
   */
  private static int markCharacters(SecretRequest request, int server) {
    var ref = request.credential();
    var longest =
        Math.max(server, Math.max(length(serverOf(request)), length(request.lastServer())));
    return MARK_FORM + ref.kind().length() + ref.name().length() + longest;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** Labels and annotations with their keys, which stand in another annotation once more. */
  private static int metadataCharacters(SecretRequest request) {
    return Stream.of(request.labels(), request.annotations())
        .flatMap(map -> map.entrySet().stream())
        .mapToInt(entry -> 2 * entry.getKey().length() + entry.getValue().length() + KEY_FORM)
        .sum();
  }

  /** What became of the claim of a contributor. */
  public EntryResult result(CredentialRef ref) {
    return results.getOrDefault(ref, new EntryResult.None());
  }

  /**
   * A claim of a namespaced credential that may not be written yet takes nothing from a
   * cluster-wide one that has the entry: there would be none until its turn has come.
   */
  private static boolean isAhead(
      SecretRequest request, List<SecretRequest> byAge, Map<String, CredentialRef> incumbents) {
    return request.entry() instanceof EntryRequest.Reserve(var server)
        && byAge.stream()
            .map(SecretRequest::credential)
            .filter(CredentialRef::isClusterWide)
            .anyMatch(ref -> ref.equals(incumbents.get(server.value())));
  }

  private static boolean isOffered(PullSecret current, List<SecretRequest> requests) {
    return requests.stream().anyMatch(c -> current.isOfferedTo(c.credential()));
  }

  private static @Nullable String serverOf(SecretRequest request) {
    return request.entry() instanceof EntryRequest.Put(var server, _) ? server.value() : null;
  }

  /**
   * Who has the entry of each server: the mark says so, and the status of credentials where there
   * is no mark, because the Secret was deleted or its mark stripped.
   */
  private static Map<String, CredentialRef> incumbents(
      List<SecretRequest> byAge, @Nullable PullSecret current) {
    var incumbents = new HashMap<String, CredentialRef>();
    if (current != null && !current.markEntries().isEmpty()) {
      for (MarkEntry entry : current.markEntries()) {
        if (entry.server() != null) {
          incumbents.putIfAbsent(entry.server(), entry.credential());
        }
      }
    } else {
      for (SecretRequest request : byAge) {
        if (request.lastServer() != null) {
          incumbents.putIfAbsent(request.lastServer(), request.credential());
        }
      }
    }
    return incumbents;
  }

  /** The servers whose entries stay as they are, and whose they are. */
  private static Map<String, CredentialRef> kept(
      List<SecretRequest> byAge,
      Map<String, CredentialRef> incumbents,
      @Nullable PullSecret current) {
    var staying =
        byAge.stream()
            .filter(c -> c.entry() instanceof EntryRequest.Keep)
            .map(SecretRequest::credential)
            .collect(Collectors.toSet());
    var present = current == null ? Set.<String>of() : current.document().servers();
    var overridden =
        byAge.stream()
            .filter(c -> !c.credential().isClusterWide())
            .map(SharedSecret::serverOf)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    var kept = new HashMap<String, CredentialRef>();
    incumbents.forEach(
        (server, ref) -> {
          var isOverridden = ref.isClusterWide() && overridden.contains(server);
          if (staying.contains(ref) && present.contains(server) && !isOverridden) {
            kept.put(server, ref);
          }
        });
    return kept;
  }

  /** What stays of the present content. */
  private static DockerConfigJson base(
      @Nullable PullSecret current, boolean adopted, Map<String, CredentialRef> kept) {
    if (current == null) {
      return DockerConfigJson.empty();
    }
    if (!adopted) {
      return current.document().only(kept.keySet());
    }
    var withdrawn = new HashSet<>(current.servers());
    withdrawn.removeAll(kept.keySet());
    return current.document().merge(Map.of(), withdrawn).withoutOtherSpellings(kept.keySet());
  }

  /** A Secret that outlives one of its credentials, or is other people's too, has no owner. */
  private static List<OwnerReference> owners(
      List<SecretRequest> byAge, @Nullable PullSecret current, boolean adopted) {
    var owners = new ArrayList<OwnerReference>();
    if (current != null) {
      current.owners().stream().filter(owner -> !DesiredSecret.isOurs(owner)).forEach(owners::add);
    }
    var ours = byAge.stream().map(SecretRequest::owner).toList();
    if (!adopted && !ours.contains(null)) {
      ours.stream().flatMap(Stream::ofNullable).forEach(owners::add);
    }
    return List.copyOf(owners);
  }

  /** The entries, as the claims are taken one after the other. */
  private static final class Content {
    private final DockerConfigJson base;
    private final Map<String, CredentialRef> holders;
    private final Map<ServerAddress, DockerConfigEntry> entries = new HashMap<>();
    private final Map<CredentialRef, EntryResult> results = new HashMap<>();
    private long bytes;

    Content(DockerConfigJson base, Map<String, CredentialRef> kept) {
      this.base = base;
      this.holders = new HashMap<>(kept);
      this.bytes = base.toBytes().length;
      kept.forEach((server, holder) -> results.put(holder, new EntryResult.Held(server)));
    }

    void add(SecretRequest request) {
      if (request.entry() instanceof EntryRequest.Reserve(var server)) {
        holders.putIfAbsent(server.value(), request.credential());
        return;
      }
      if (!(request.entry() instanceof EntryRequest.Put(var server, var entry))) {
        results.putIfAbsent(request.credential(), new EntryResult.None());
        return;
      }
      var holder = holders.get(server.value());
      if (holder != null) {
        results.put(request.credential(), new EntryResult.Claimed(server.value(), holder));
        return;
      }
      var isFirst = entries.isEmpty() && base.servers().isEmpty();
      var more =
          DockerConfigJson.of(Map.of(server, entry)).toBytes().length
              - EMPTY_BYTES
              + (isFirst ? 0 : 1); // The comma.
      if (bytes + more > MAX_BYTES) {
        results.put(request.credential(), new EntryResult.TooLarge());
        return;
      }
      bytes += more;
      entries.put(server, entry);
      holders.put(server.value(), request.credential());
      results.put(request.credential(), new EntryResult.Held(server.value()));
    }

    DockerConfigJson document() {
      return base.merge(entries, Set.of());
    }
  }

  /** The labels and annotations; of contradicting ones those of the oldest credential hold. */
  private static final class Metadata {
    private final TreeMap<String, String> labels = new TreeMap<>();
    private final TreeMap<String, String> annotations = new TreeMap<>();

    Metadata(List<SecretRequest> byAge, Map<CredentialRef, EntryResult> results, boolean adopted) {
      for (SecretRequest request : byAge) {
        request.labels().forEach(labels::putIfAbsent);
        request.annotations().forEach(annotations::putIfAbsent);
      }
      var applied =
          new OwnershipMark.AppliedKeys(
              new TreeSet<>(labels.keySet()), new TreeSet<>(annotations.keySet()));
      if (!applied.equals(OwnershipMark.AppliedKeys.NOTHING)) {
        annotations.put(Labels.APPLIED, OwnershipMark.appliedValue(applied));
      }
      labels.put(Labels.MANAGED, "true");
      if (adopted) {
        annotations.put(Labels.ADOPTED, "true");
      }
      annotations.put(
          Labels.CONTRIBUTORS,
          OwnershipMark.contributorsValue(
              byAge.stream().map(c -> markEntry(c.credential(), results)).toList()));
    }

    private static MarkEntry markEntry(CredentialRef ref, Map<CredentialRef, EntryResult> results) {
      return new MarkEntry(
          ref, results.get(ref) instanceof EntryResult.Held(var server) ? server : null);
    }
  }
}
