package dev.regcred.plan.credential;

import dev.regcred.plan.Failure;
import java.time.Instant;

/**
 * A namespace that is left alone for a while, because the last write there failed.
 *
 * @param failure how it failed
 * @param until when it is tried again
 */
public record NamespaceBackoff(Failure failure, Instant until) {}
