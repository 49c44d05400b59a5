package dev.regcred.pullsecret;

import java.util.List;
import java.util.Map;

/**
 * One write to a ServiceAccount: its {@code imagePullSecrets} and the record of what is ours in
 * them, together.
 *
 * @param serviceAccount its name
 * @param resourceVersion the version that it was planned for
 * @param jsonPatch a JSON patch (RFC 6902) that carries UID and resourceVersion, so that it fails
 *     where the list has changed meanwhile; entries that are not ours are not in it
 * @param isCorrection whether it puts back what somebody took away
 */
public record ServiceAccountWrite(
    String serviceAccount,
    String resourceVersion,
    List<Map<String, Object>> jsonPatch,
    boolean isCorrection) {}
