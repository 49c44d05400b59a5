package dev.regcred.dockerconfig;

import java.util.List;

/**
 * Docker configs in which other people's entries stand beside ours: one table for what may be
 * adopted and for the kubelet's own code, which refuses a whole config, and with it the Pod's
 * image, for one bad entry.
 *
 * <p>Each has a {@code %s} where the entry of {@code registry.example.com} belongs.
 */
public final class ForeignConfigs {
  public static final List<String> USABLE =
      List.of(
          entry("{}"),
          entry("{\"username\":\"u\",\"password\":\"p\"}"),
          entry("{\"username\":null,\"password\":null,\"email\":null,\"auth\":null}"),
          entry("{\"auth\":\"\"}"),
          entry("{\"auth\":\"dTpw\"}"),
          entry("{\"AUTH\":\"dTpw\"}"),
          // u: and :p, with and without padding.
          entry("{\"auth\":\"dTo=\"}"),
          entry("{\"auth\":\"dTo\"}"),
          entry("{\"auth\":\"OnA=\"}"),
          // u:p:q and a byte that is no UTF-8.
          entry("{\"auth\":\"dTpwOnE=\"}"),
          entry("{\"auth\":\"/zpw\"}"),
          entry("{\"auth\":\"dTpw\",\"identitytoken\":7}"),
          entry("null"),
          // As base64 wraps it, at 76 columns, and with a line break at its end.
          entry(
              "{\"auth\":\"cm9ib3Q6MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEy\\n"
                  + "MzQ1Njc4OWFiY2RlZg==\\n"
                  + "\"}"),
          entry("{\"auth\":\"dTpw\\r\\n\"}"),
          entry("{\"auth\":\"\\ndT\\npw\"}"),
          entry("{\"auth\":\"dTo=\\n\"}"),
          entry("{\"auth\":\"dTo\\n\"}"),
          entry("{\"auth\":\"dTo\\n=\"}"),
          // The last one counts, unless it is null.
          entry("{\"Auth\":\"dXA=\",\"auth\":\"dTpw\"}"),
          entry("{\"auth\":\"dXA=\",\"auth\":\"dTpw\"}"),
          entry("{\"auth\":\"dTpw\",\"AUTH\":null}"),
          headers("{\"A\":\"b\",\"A\":\"c\"}"),
          headers("null"),
          headers("{}"),
          headers("{\"A\":\"b\",\"C\":null}"));

  public static final List<String> UNUSABLE =
      List.of(
          entry("{\"auth\":7}"),
          entry("{\"auth\":true}"),
          entry("{\"auth\":{}}"),
          entry("{\"auth\":[\"dTpw\"]}"),
          entry("{\"auth\":\"u:p\"}"),
          entry("{\"auth\":\"dTpw=\"}"),
          entry("{\"auth\":\" dTpw\"}"),
          entry("{\"auth\":\"dTpw \\n\"}"),
          entry("{\"auth\":\"dT\\tpw\"}"),
          entry("{\"auth\":\"\\n\"}"),
          entry("{\"auth\":\"=\"}"),
          entry("{\"auth\":\"dT=pw\"}"),
          entry("{\"auth\":\"dTo==\"}"),
          // The alphabet of URLs.
          entry("{\"auth\":\"_zpw\"}"),
          // No colon.
          entry("{\"auth\":\"dXA=\"}"),
          entry("{\"Auth\":\"dXA=\"}"),
          entry("{\"username\":\"u\",\"password\":\"p\",\"auth\":\"dXA=\"}"),
          entry("{\"auth\":\"dTpw\",\"Auth\":\"dXA=\"}"));

  public static final List<String> OF_ANOTHER_TYPE =
      List.of(
          entry("{\"username\":7}"),
          entry("{\"auth\":7,\"auth\":\"dTpw\"}"),
          entry("{\"username\":\"u\",\"USERNAME\":[]}"),
          entry("{\"password\":{}}"),
          entry("{\"email\":false,\"auth\":\"dTpw\"}"),
          entry("{\"Username\":\"u\",\"PASSWORD\":[\"p\"]}"),
          entry("{\"pa\\u017fsword\":7}"),
          headers("7"),
          headers("[]"),
          headers("{\"A\":7}"),
          headers("{\"A\":7,\"A\":\"b\"}"),
          headers("{\"A\":[\"b\"]}"),
          headers("7").replace("HttpHeaders", "httpheaders"));

  private ForeignConfigs() {}

  private static String entry(String theirs) {
    return "{\"auths\":{\"other.example.com\":" + theirs + ",\"registry.example.com\":%s}}";
  }

  private static String headers(String theirs) {
    return "{\"auths\":{\"registry.example.com\":%s},\"HttpHeaders\":" + theirs + "}";
  }
}
