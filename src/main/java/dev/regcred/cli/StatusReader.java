package dev.regcred.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.regcred.diagnosis.CredentialTable;
import dev.regcred.diagnosis.CredentialTable.Listed;
import dev.regcred.diagnosis.CredentialTable.Row;
import dev.regcred.diagnosis.Lookup;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The reader of credentials and how they are, once or as they change. */
final class StatusReader {
  /** API servers end a watch after minutes; one that they end at once is not asked for at once. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** In the place of a state. */
  private static final String DELETED = "Deleted";

  private final Runnable pause;
  private final Kubectl kubectl;
  private final ClusterReader cluster;
  private final List<Asked> asked;

  /**
   * A list that is asked for.
   *
   * @param kind the kind
   * @param namespace the namespace; null for all, or for a kind that is in none
   * @param name the only one that is of interest; null for all
   */
  record Asked(ResourceName.Kind kind, @Nullable String namespace, @Nullable String name) {
    private String path() {
      return ClusterReader.ours(namespace, kind.plural());
    }

    private String selector() {
      return name == null ? "" : "metadata.name=" + name;
    }

    /** What it is, as messages have it. */
    String title() {
      return kind.title() + (name == null ? "s" : " " + name) + where();
    }

    private String where() {
      return namespace == null ? "" : " in namespace " + namespace;
    }
  }

  StatusReader(Kubectl kubectl, ClusterReader cluster, List<Asked> asked) {
    this(kubectl, cluster, asked, () -> LockSupport.parkNanos(PAUSE.toNanos()));
  }

  /**
   * @param pause lasts from the end of a watch to the next one
   */
  StatusReader(Kubectl kubectl, ClusterReader cluster, List<Asked> asked, Runnable pause) {
    this.pause = pause;
    this.kubectl = kubectl;
    this.cluster = cluster;
    this.asked = asked;
  }

  /**
   * Reads all of them.
   *
   * @throws CommandException if the cluster does not know a kind, or none of them may be listed
   */
  CredentialTable read() {
    var answers = asked.stream().map(one -> Background.run(() -> list(one))).toList();
    var listed = new ArrayList<Listed>();
    var notes = new ArrayList<String>();
    for (int i = 0; i < asked.size(); i++) {
      var one = asked.get(i);
      switch (Background.join(answers.get(i))) {
        case Lookup.Found<List<Listed>>(var found) -> listed.addAll(found);
        case Lookup.Absent<List<Listed>> _ ->
            throw CommandException.usage(
                "The cluster has no kind %s: the CRDs are not installed."
                    .formatted(one.kind().title()));
        case Lookup.Forbidden<List<Listed>> _ ->
            notes.add("You may not list %s.".formatted(one.title()));
      }
    }
    if (notes.size() == asked.size()) {
      throw CommandException.notSeen(String.join(" ", notes));
    }
    return CredentialTable.of(listed, notes);
  }

  private Lookup<List<Listed>> list(Asked one) {
    return ClusterReader.map(
        cluster.list(one.path(), one.selector()),
        all -> all.stream().map(json -> listed(one, json)).toList());
  }

  /**
   * Watches them without an end.
   *
   * @param table what is known already
   * @param changed is told each row that is another one than before, one after the other
   * @throws CommandException if a watch is refused, or fails
   */
  void watch(CredentialTable table, Consumer<Row> changed) {
    var known = new ConcurrentHashMap<String, Row>();
    table.credentials().forEach(row -> known.put(key(row), row));
    var watches =
        asked.stream()
            .map(
                one ->
                    Background.<Void>run(
                        () -> {
                          while (true) {
                            kubectl.watch(
                                watchPath(one), event -> told(one, event, known, changed));
                            pause.run();
                          }
                        }))
            .toList();
    Background.join(CompletableFuture.anyOf(watches.toArray(CompletableFuture[]::new)));
  }

  /** Without a version, so that each watch begins with all that there is. */
  private static String watchPath(Asked one) {
    return one.path()
        + "?watch=true"
        + (one.name() == null ? "" : "&fieldSelector=" + URLEncoder.encode(one.selector(), UTF_8));
  }

  /**
   * Takes in an event.
   *
   * @return whether it is the last: one of an error, such as that the watch is too old, is about no
   *     credential
   */
  private synchronized boolean told(
      Asked one, JsonNode event, Map<String, Row> known, Consumer<Row> changed) {
    var type = event.path("type").asText();
    if (type.equals("ERROR")) {
      return true;
    }
    var row = CredentialTable.row(listed(one, event.path("object")));
    if (type.equals("DELETED")) {
      known.remove(key(row));
      changed.accept(deleted(row));
    } else if (!row.equals(known.put(key(row), row))) {
      changed.accept(row);
    }
    return false;
  }

  private static Row deleted(Row row) {
    return new Row(
        row.kind(), row.namespace(), row.name(), row.desiredState(), DELETED, "-", null, null);
  }

  private static String key(Row row) {
    return row.kind() + "/" + row.namespace() + "/" + row.name();
  }

  private Listed listed(Asked one, JsonNode json) {
    return new Listed(
        one.kind().isClusterWide() ? null : json.at("/metadata/namespace").asText(),
        json.at("/metadata/generation").asLong(),
        cluster.credential(one.kind().title(), json));
  }
}
