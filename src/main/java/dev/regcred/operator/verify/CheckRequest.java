package dev.regcred.operator.verify;

import dev.regcred.verification.Account;
import dev.regcred.verification.Probe;
import dev.regcred.verification.RegistryEndpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to check an account.
 *
 * @param registry whose account it is
 * @param probe the image that it is tried with; null for none
 * @param realmHosts the hosts, besides the registry's own, that the account may be sent to for a
 *     token
 * @param caBundle the certificates of the authorities that are trusted, in PEM; null for those that
 *     the JVM trusts
 */
public record CheckRequest(
    RegistryEndpoint registry,
    Account account,
    @Nullable Probe probe,
    List<String> realmHosts,
    @Nullable String caBundle) {}
