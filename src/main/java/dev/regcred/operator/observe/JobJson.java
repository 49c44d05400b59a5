package dev.regcred.operator.observe;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.regcred.plan.credential.StuckPods.JobView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is read of a Job. */
record JobJson(@Nullable SpecJson spec, @Nullable StatusJson status) {

  /** The Job as plans see it; empty where it is not whole. */
  Optional<JobView> view() {
    return spec == null || spec.backoffLimit() == null
        ? Optional.empty()
        : Optional.of(
            new JobView(
                status == null ? 0 : status.failed(),
                spec.backoffLimit(),
                spec.podFailurePolicy() != null || spec.backoffLimitPerIndex() != null));
  }

  @JsonIgnoreProperties(ignoreUnknown = true)
  record SpecJson(
      @Nullable Integer backoffLimit,
      @Nullable Integer backoffLimitPerIndex,
      @Nullable Object podFailurePolicy) {}

  record StatusJson(int failed) {}
}
