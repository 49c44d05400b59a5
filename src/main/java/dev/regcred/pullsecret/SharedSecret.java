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
 * @param standings what became of each claim
 */
public record SharedSecret(DesiredSecret secret, Map<CredentialRef, EntryResult> standings) {
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
   * Composes it.
   *
   * @param name the Secret's name
   * @param contributions what each credential asks
   * @param current the Secret as it is if it is ours, only lost its mark or is being handed over;
   *     null if there is none
   */
  public static SharedSecret of(
      String name, List<SecretRequest> contributions, @Nullable PullSecret current) {
    var fitting = fitting(contributions, current);
    var claims =
        contributions.stream()
            .filter(c -> fitting.contains(c.contributor()))
            .sorted(SecretRequest.BY_AGE)
            .toList();
    var byAge = claims.stream().filter(c -> !(c.claim() instanceof EntryRequest.Reserve)).toList();
    var adopted = current != null && (current.isAdopted() || isOffered(current, contributions));
    var incumbents = incumbents(byAge, current);
    var kept = kept(byAge, incumbents, current);
    var base = base(current, adopted, kept);
    var content = new Content(base, kept);
    claims.stream()
        .filter(claim -> !isAhead(claim, byAge, incumbents))
        .sorted(
            Comparator.comparing((SecretRequest c) -> c.contributor().isClusterWide())
                .thenComparing(c -> !c.contributor().equals(incumbents.get(serverOf(c)))))
        .forEach(content::claim);
    var standings = content.standings;
    contributions.stream()
        .filter(c -> !fitting.contains(c.contributor()))
        .forEach(c -> standings.put(c.contributor(), new EntryResult.TooLarge()));
    var metadata = new Metadata(byAge, standings, adopted);
    return new SharedSecret(
        new DesiredSecret(
            name,
            metadata.labels,
            metadata.annotations,
            owners(byAge, current, adopted),
            Map.of(PullSecret.KEY, DesiredSecret.base64(content.document().toBytes()))),
        Map.copyOf(standings));
  }

  /**
   * Those that the Secret has room for, whatever its content: what is written on it for each is
   * bounded in all. Who has a part in it already comes first, then the oldest.
   */
  private static Set<CredentialRef> fitting(
      List<SecretRequest> contributions, @Nullable PullSecret current) {
    var marked = new HashMap<CredentialRef, Integer>();
    if (current != null) {
      current
          .holdings()
          .forEach(holding -> marked.put(holding.contributor(), length(holding.server())));
    }
    var fitting = new HashSet<CredentialRef>();
    var mark = 1; // Its brackets, less the comma of the last one.
    var metadata = 0;
    for (SecretRequest contribution :
        contributions.stream()
            .sorted(
                Comparator.comparing((SecretRequest c) -> !marked.containsKey(c.contributor()))
                    .thenComparing(SecretRequest.BY_AGE))
            .toList()) {
      var markMore =
          markCharacters(contribution, marked.getOrDefault(contribution.contributor(), 0));
      var metadataMore = metadataCharacters(contribution);
      if (fitting.size() < OwnershipMark.MAX_CONTRIBUTORS
          && mark + markMore <= OwnershipMark.MAX_CHARACTERS
          && metadata + metadataMore <= MAX_METADATA) {
        fitting.add(contribution.contributor());
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
  private static int markCharacters(SecretRequest contribution, int server) {
    var contributor = contribution.contributor();
    var longest =
        Math.max(
            server, Math.max(length(serverOf(contribution)), length(contribution.lastServer())));
    return MARK_FORM + contributor.kind().length() + contributor.name().length() + longest;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  /** Labels and annotations with their keys, which stand in another annotation once more. */
  private static int metadataCharacters(SecretRequest contribution) {
    return Stream.of(contribution.labels(), contribution.annotations())
        .flatMap(map -> map.entrySet().stream())
        .mapToInt(entry -> 2 * entry.getKey().length() + entry.getValue().length() + KEY_FORM)
        .sum();
  }

  /** What became of the claim of a contributor. */
  public EntryResult standing(CredentialRef contributor) {
    return standings.getOrDefault(contributor, new EntryResult.None());
  }

  /**
   * A claim of a namespaced credential that may not be written yet takes nothing from a
   * cluster-wide one that has the entry: there would be none until its turn has come.
   */
  private static boolean isAhead(
      SecretRequest claim, List<SecretRequest> byAge, Map<String, CredentialRef> incumbents) {
    return claim.claim() instanceof EntryRequest.Reserve(var server)
        && byAge.stream()
            .map(SecretRequest::contributor)
            .filter(CredentialRef::isClusterWide)
            .anyMatch(contributor -> contributor.equals(incumbents.get(server.value())));
  }

  private static boolean isOffered(PullSecret current, List<SecretRequest> contributions) {
    return contributions.stream().anyMatch(c -> current.isOfferedTo(c.contributor()));
  }

  private static @Nullable String serverOf(SecretRequest contribution) {
    return contribution.claim() instanceof EntryRequest.Put(var server, _) ? server.value() : null;
  }

  /**
   * Who has the entry of each server: the mark says so, and the status of credentials where there
   * is no mark, because the Secret was deleted or its mark stripped.
   */
  private static Map<String, CredentialRef> incumbents(
      List<SecretRequest> byAge, @Nullable PullSecret current) {
    var incumbents = new HashMap<String, CredentialRef>();
    if (current != null && !current.holdings().isEmpty()) {
      for (MarkEntry holding : current.holdings()) {
        if (holding.server() != null) {
          incumbents.putIfAbsent(holding.server(), holding.contributor());
        }
      }
    } else {
      for (SecretRequest contribution : byAge) {
        if (contribution.lastServer() != null) {
          incumbents.putIfAbsent(contribution.lastServer(), contribution.contributor());
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
            .filter(c -> c.claim() instanceof EntryRequest.Keep)
            .map(SecretRequest::contributor)
            .collect(Collectors.toSet());
    var present = current == null ? Set.<String>of() : current.document().servers();
    var overridden =
        byAge.stream()
            .filter(c -> !c.contributor().isClusterWide())
            .map(SharedSecret::serverOf)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    var kept = new HashMap<String, CredentialRef>();
    incumbents.forEach(
        (server, contributor) -> {
          var isOverridden = contributor.isClusterWide() && overridden.contains(server);
          if (staying.contains(contributor) && present.contains(server) && !isOverridden) {
            kept.put(server, contributor);
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
    private final Map<CredentialRef, EntryResult> standings = new HashMap<>();
    private long bytes;

    Content(DockerConfigJson base, Map<String, CredentialRef> kept) {
      this.base = base;
      this.holders = new HashMap<>(kept);
      this.bytes = base.toBytes().length;
      kept.forEach((server, holder) -> standings.put(holder, new EntryResult.Held(server)));
    }

    void claim(SecretRequest contribution) {
      if (contribution.claim() instanceof EntryRequest.Reserve(var server)) {
        holders.putIfAbsent(server.value(), contribution.contributor());
        return;
      }
      if (!(contribution.claim() instanceof EntryRequest.Put(var server, var entry))) {
        standings.putIfAbsent(contribution.contributor(), new EntryResult.None());
        return;
      }
      var holder = holders.get(server.value());
      if (holder != null) {
        standings.put(contribution.contributor(), new EntryResult.Claimed(server.value(), holder));
        return;
      }
      var isFirst = entries.isEmpty() && base.servers().isEmpty();
      var more =
          DockerConfigJson.of(Map.of(server, entry)).toBytes().length
              - EMPTY_BYTES
              + (isFirst ? 0 : 1); // The comma.
      if (bytes + more > MAX_BYTES) {
        standings.put(contribution.contributor(), new EntryResult.TooLarge());
        return;
      }
      bytes += more;
      entries.put(server, entry);
      holders.put(server.value(), contribution.contributor());
      standings.put(contribution.contributor(), new EntryResult.Held(server.value()));
    }

    DockerConfigJson document() {
      return base.merge(entries, Set.of());
    }
  }

  /** The labels and annotations; of contradicting ones those of the oldest credential hold. */
  private static final class Metadata {
    private final TreeMap<String, String> labels = new TreeMap<>();
    private final TreeMap<String, String> annotations = new TreeMap<>();

    Metadata(
        List<SecretRequest> byAge, Map<CredentialRef, EntryResult> standings, boolean adopted) {
      for (SecretRequest contribution : byAge) {
        contribution.labels().forEach(labels::putIfAbsent);
        contribution.annotations().forEach(annotations::putIfAbsent);
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
              byAge.stream().map(c -> holding(c.contributor(), standings)).toList()));
    }

    private static MarkEntry holding(
        CredentialRef contributor, Map<CredentialRef, EntryResult> standings) {
      return new MarkEntry(
          contributor,
          standings.get(contributor) instanceof EntryResult.Held(var server) ? server : null);
    }
  }
}
