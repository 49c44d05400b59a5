package dev.regcred.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/** The fields that both kinds of registries declare; the records say what each part means. */
public sealed interface ServerSpec permits RegistrySpec, ClusterRegistrySpec {
  /** The address of the server; immutable. */
  String serverAddress();

  /** A description for people. */
  @Nullable String description();

  /** The end that is declared. */
  DesiredState desiredState();

  /** The time that it rests once it is Removed. */
  @Nullable Removal removal();

  /** Whether and how it is asked about accounts; null for not at all. */
  @Nullable Verification verification();

  /** {@code removal.purgeAfter}, or its default. */
  @JsonIgnore
  default PurgeAfter purgeAfter() {
    var removal = removal();
    return removal != null && removal.purgeAfter() != null
        ? removal.purgeAfter()
        : PurgeAfter.NEVER;
  }
}
