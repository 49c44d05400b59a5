package dev.regcred.diagnosis;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.ConditionType;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The credentials of a namespace, or of all, and how they are: those that are not Ready first. Its
 * JSON is what {@code status -o json} prints; nothing in it is a value of a Secret.
 *
 * @param credentials the credentials
 * @param notes what was not allowed to be looked at, sentences
 * @param advice what to do, a sentence
 */
public record CredentialTable(List<Row> credentials, List<String> notes, String advice) {
  /**
   * How a credential is.
   *
   * @param kind its kind
   * @param namespace its namespace; null for a cluster-wide one
   * @param name its name
   * @param desiredState the end that is declared; null where that can't be read
   * @param state its life-cycle state; null where it has none yet
   * @param ready the status of its condition Ready, of the spec as it is now; Unknown where the
   *     operator has not looked at that yet
   * @param verified the reason of its condition Verified; null where its registry is not asked
   * @param problem the first condition that is not well; null if all are
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(
      String kind,
      @Nullable String namespace,
      String name,
      @Nullable String desiredState,
      @Nullable String state,
      String ready,
      @Nullable String verified,
      @Nullable Problem problem) {
    /** Whether all that it declares is there. */
    @JsonIgnore
    public boolean isReady() {
      return ready.equals(Condition.TRUE);
    }
  }

  /**
   * A condition that is not well.
   *
   * @param type its type
   * @param reason its reason
   * @param message its message
   */
  public record Problem(String type, String reason, String message) {}

  /**
   * A credential as it was listed.
   *
   * @param namespace its namespace; null for a cluster-wide one
   * @param generation the generation of its spec
   * @param credential the credential
   */
  public record Listed(@Nullable String namespace, long generation, ObservedCredential credential) {
    /** Whether the status speaks of the spec as it is now. */
    private boolean isUpToDate() {
      var status = credential.status();
      return status != null
          && status.observedGeneration() != null
          && status.observedGeneration() >= generation;
    }

    private boolean isReady() {
      return row(this).isReady();
    }

    private String title() {
      return namespace == null
          ? credential.title()
          : credential.title() + " in namespace " + namespace;
    }
  }

  /**
   * Makes the table.
   *
   * @param listed the credentials, in whatever order
   * @param notes what was not allowed to be looked at
   */
  public static CredentialTable of(List<Listed> listed, List<String> notes) {
    var sorted =
        listed.stream()
            .sorted(
                Comparator.comparing(Listed::isReady)
                    .thenComparing(one -> one.namespace() == null ? "" : one.namespace())
                    .thenComparing(one -> one.credential().ref().name()))
            .toList();
    return new CredentialTable(
        sorted.stream().map(CredentialTable::row).toList(), notes, advice(sorted));
  }

  /** Whether each credential is Ready. */
  @JsonIgnore
  public boolean areReady() {
    return credentials.stream().allMatch(Row::isReady);
  }

  /** The row of a credential. */
  public static Row row(Listed listed) {
    var credential = listed.credential();
    var spec = credential.spec();
    return new Row(
        credential.ref().kind(),
        listed.namespace(),
        credential.ref().name(),
        spec == null ? null : spec.desiredState().value(),
        credential.state().orElse(null),
        listed.isUpToDate()
            ? credential
                .ready()
                .map(Condition::status)
                .map(Redacted::text)
                .orElse(Condition.UNKNOWN)
            : Condition.UNKNOWN,
        credential
            .condition(ConditionType.VERIFIED)
            .map(condition -> Redacted.text(condition.reason()))
            .orElse(null),
        problem(credential)
            .map(
                condition ->
                    new Problem(
                        Redacted.text(condition.type()),
                        Redacted.text(condition.reason()),
                        Redacted.text(condition.message())))
            .orElse(null));
  }

  /** The first condition that is not well, Ready before all others. */
  private static Optional<Condition> problem(ObservedCredential credential) {
    return Stream.of(ConditionType.values())
        .flatMap(
            type ->
                credential.condition(type).filter(condition -> !isWell(type, condition)).stream())
        .findFirst();
  }

  private static boolean isWell(ConditionType type, Condition condition) {
    return switch (type) {
      case READY -> condition.status().equals(Condition.TRUE);
      case RECONCILING, STALLED, PODS_STUCK -> !condition.status().equals(Condition.TRUE);
      case VERIFIED -> !condition.status().equals(Condition.FALSE);
    };
  }

  private static String advice(List<Listed> sorted) {
    if (sorted.isEmpty()) {
      return "There is no credential.";
    }
    return sorted.stream()
        .flatMap(one -> advice(one).stream())
        .findFirst()
        .orElse("Nothing is to be done: all credentials are Ready.");
  }

  private static Optional<String> advice(Listed listed) {
    if (!listed.isUpToDate()) {
      return Optional.of(
          "See whether the operator runs: it has not looked at %s as it is now."
              .formatted(listed.title()));
    }
    return problem(listed.credential())
        .map(
            condition ->
                "See %s, %s is %s (%s): %s"
                    .formatted(
                        listed.title(),
                        Redacted.text(condition.type()),
                        Redacted.text(condition.status()),
                        Redacted.text(condition.reason()),
                        Redacted.text(condition.message())));
  }
}
