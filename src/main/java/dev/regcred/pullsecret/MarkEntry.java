package dev.regcred.pullsecret;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * A credential as the mark of a pull Secret has it.
 *
 * @param credential which credential
 * @param server the canonical address under which the Secret holds its entry; null if it has none
 */
public record MarkEntry(
    @JsonUnwrapped CredentialRef credential,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String server) {}
