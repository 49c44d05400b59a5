package dev.regcred.cli;

import dev.regcred.api.v1alpha1.DesiredState;
import dev.regcred.api.v1alpha1.LifecycleProcess;

/** The verbs by which the end of a resource is declared; those of Rancher's API. */
enum Verb {
  ACTIVATE(LifecycleProcess.ACTIVATE, DesiredState.ACTIVE, "Brings a resource into use."),
  DEACTIVATE(
      LifecycleProcess.DEACTIVATE,
      DesiredState.INACTIVE,
      "Takes a resource out of use; it can come back."),
  REMOVE(
      LifecycleProcess.REMOVE,
      DesiredState.REMOVED,
      "Withdraws a resource; of the kinds only registries come back from there."),
  PURGE(LifecycleProcess.PURGE, DesiredState.PURGED, "Clears a resource away for good."),
  RESTORE(
      LifecycleProcess.RESTORE,
      DesiredState.INACTIVE,
      "Brings a removed registry back, out of use as yet.");

  private final LifecycleProcess process;
  private final DesiredState end;
  private final String description;

  Verb(LifecycleProcess process, DesiredState end, String description) {
    this.process = process;
    this.end = end;
    this.description = description;
  }

  /** The word in {@code status.availableActions} that offers it. */
  LifecycleProcess process() {
    return process;
  }

  /** What it declares in {@code spec.desiredState}. */
  DesiredState end() {
    return end;
  }

  /** What it does, a sentence. */
  String description() {
    return description;
  }
}
