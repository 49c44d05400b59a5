package dev.regcred.integration;

import dev.regcred.testkit.Canary;
import dev.regcred.testkit.Manifest;
import dev.regcred.testkit.Manifests;
import dev.regcred.testkit.Patience;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ways in which a tenant with the role {@code edit} in one namespace tries to use the operator
 * up, each at the bounds that the API server sets, and each to be tried in a namespace of its own.
 */
final class HostileWays {
  /** How many requests the tenant has under way at a time. */
  private static final int THREADS = 4;

  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

  private final KubernetesClient client;
  private final TestNamespace namespace;
  private final int objects;
  private final AtomicInteger acts = new AtomicInteger();

  /**
   * The ways of one tenant.
   *
   * @param objects how many objects of the largest size the tenant makes in each
   */
  HostileWays(KubernetesClient client, TestNamespace namespace, int objects) {
    this.client = client;
    this.namespace = namespace;
    this.objects = objects;
  }

  /**
   * A way.
   *
   * @param before what the tenant leaves behind
   * @param meanwhile what he does again and again while another one rotates; null for nothing
   * @param threads how many do that at the same time
   * @param after what has to come true by itself once he lets it be
   * @param isIgnored whether the objects exceed a bound, so that nothing of them is kept
   */
  record Way(
      String name,
      Runnable before,
      @Nullable Runnable meanwhile,
      int threads,
      Runnable after,
      boolean isIgnored) {
    static Way leaving(String name, Runnable before) {
      return new Way(name, before, null, 0, () -> {}, false);
    }

    static Way ignored(String name, Runnable before) {
      return new Way(name, before, null, 0, () -> {}, true);
    }

    static Way storm(String name, Runnable before, Runnable meanwhile) {
      return storm(name, before, meanwhile, 1, () -> {});
    }

    static Way storm(
        String name, Runnable before, Runnable meanwhile, int threads, Runnable after) {
      return new Way(name, before, meanwhile, threads, after, false);
    }
  }

  /** The one of that name. */
  Way named(String name) {
    return all().stream().filter(way -> way.name().equals(name)).findFirst().orElseThrow();
  }

  /** All of them. */
  List<Way> all() {
    return Stream.of(telling(), further()).flatMap(List::stream).toList();
  }

  /** Those that cost an operator most, or did so before there were bounds. */
  List<Way> telling() {
    return List.of(
        Way.storm(
            5 * objects + " credentials at all bounds of one pull Secret, whose sources change",
            this::bounded,
            () -> touch("Secret", "bounded-" + next(5 * objects))),
        Way.storm(
            "credentials that are created and deleted without end",
            () -> {},
            this::passing,
            THREADS,
            () -> Patience.eventually(() -> !list("registrycredentials").contains("passing-"))),
        Way.storm(
            10 * objects + " credentials of one pull Secret, whose source changes without end",
            () ->
                times(
                    10 * objects,
                    i -> apply(Manifests.credential("sharing-" + i).target("shared"))),
            () -> rotate("account")),
        Way.storm(
            "a mark that names 4,000 credentials that are not there, again and again",
            () -> {},
            () -> mark("pull", contributors(4_000))),
        Way.leaving(
            40 * objects + " ServiceAccounts whose records name 60 Secrets each",
            () ->
                times(
                    40 * objects, i -> account("names-" + i, "", record(60, "s" + i + "-"), "[]"))),
        Way.ignored(
            objects + " ServiceAccounts with 30,000 labels",
            () -> accounts("labels", labels(30_000), "[]", "[]")),
        Way.leaving(
            objects + " Secrets with a mark of 250 kB",
            () -> times(objects, i -> marked("mark-" + i, contributors(3_000)))),
        Way.leaving(
            40 * objects + " Secrets with marks that name 40 credentials each",
            () -> times(40 * objects, i -> marked("names-" + i, contributors(40, "m" + i + "-")))),
        Way.leaving(
            10 * objects + " RegistryCredentials of 32 kB",
            () -> times(10 * objects, this::largeCredential)),
        Way.storm(
            "ServiceAccounts that come and go without end",
            () -> {},
            () -> {
              account("passing", "");
              client.serviceAccounts().inNamespace(namespace.name()).withName("passing").delete();
            }),
        Way.leaving(
            objects + " ServiceAccounts with 250 kB of regcred.dev/attached",
            () -> accounts("record", "", record(36_000), "[]")),
        Way.ignored(
            objects + " ServiceAccounts with 60,000 imagePullSecrets",
            () -> accounts("list", "", "[]", references(60_000))));
  }

  private List<Way> further() {
    return List.of(
        Way.storm(
            2 * objects + " credentials of one pull Secret, whose sources have a megabyte each",
            () -> times(2 * objects, this::megabyte),
            () -> touch("Secret", "megabyte-" + next(2 * objects))),
        Way.storm(
            objects / 2 + " Docker configs of 100,000 entries that are handed over",
            () -> times(objects / 2, i -> offered("entries-" + i, entries(100_000))),
            () -> touch("Secret", "entries-" + next(objects / 2))),
        Way.storm(
            "Docker configs that no parser should read, handed over and named as sources",
            this::hostileConfigs,
            () -> touch("Secret", "hostile-" + next(hostileConfigs(1).size()))),
        Way.storm(
            20 * objects + " ServiceAccounts that come and go under a selector of 20 credentials",
            () -> {
              times(20 * objects, i -> account("selected-" + i, "selected"));
              times(
                  20,
                  i ->
                      apply(
                          Manifests.credential("selecting-" + i)
                              .target("selecting")
                              .serviceAccountSelector("hostile", "selected")));
            },
            () -> {
              var account = "selected-" + next(20 * objects);
              label("ServiceAccount", account, "null");
              label("ServiceAccount", account, "\"selected\"");
            }),
        Way.storm(
            4 * objects + " credentials, each of whose passwords rotates without end",
            () ->
                times(
                    4 * objects,
                    i -> {
                      apply(Manifests.source("own-" + i, Canary.TEXT));
                      apply(
                          Manifests.credential("own-" + i)
                              .source("own-" + i)
                              .target("own-pull-" + i));
                    }),
            () -> rotate("own-" + next(4 * objects)),
            THREADS,
            () -> {}),
        Way.storm(
            "marks, offers and attachments that come and go",
            () -> times(4, i -> account("marked-" + i, "")),
            this::comeAndGo,
            THREADS,
            () -> {}),
        Way.storm(
            4 * objects + " credentials whose Registry goes out of use and back",
            () -> {
              apply(Manifests.registry("flickering"));
              times(
                  4 * objects,
                  i ->
                      apply(
                          Manifests.credential("flickering-" + i)
                              .registry("flickering")
                              .target("flickering-" + i % 4)));
            },
            () -> {
              namespace.declare("Registry", "flickering", "Inactive");
              namespace.declare("Registry", "flickering", "Active");
            }),
        Way.storm(
            4 * objects + " Registries of one server, of which the one that has it changes",
            () ->
                times(
                    4 * objects,
                    i -> apply(Manifests.registry("rival-" + i).server("rival.example.com"))),
            () -> {
              namespace.declare("Registry", "rival-0", "Inactive");
              namespace.declare("Registry", "rival-0", "Active");
            }),
        Way.leaving(
            "marks and records that no parser should read",
            () -> {
              var records = hostileRecords();
              times(records.size(), i -> marked("odd-" + i, records.get(i)));
              times(records.size(), i -> account("odd-" + i, "", records.get(i), "[]"));
            }));
  }

  /** Credentials that together ask for as much as one Secret has room for, and then some more. */
  private void bounded() {
    times(100, i -> account("bounded-" + i, ""));
    var accounts = IntStream.range(0, 100).mapToObj(i -> "bounded-" + i).toArray(String[]::new);
    times(
        5 * objects,
        number -> {
          var name = "bounded-" + number;
          apply(Manifests.registry(name));
          apply(Manifests.source(name, Canary.TEXT + "-" + "p".repeat(3_000)));
          var credential = Manifests.credential(name).registry(name).source(name).target("bounded");
          for (int i = 0; number % 16 == 0 && i < 32; i++) {
            credential.targetAnnotation("note-" + number + "-" + i, "n".repeat(300));
            credential.targetLabel("label-" + number + "-" + i, "n".repeat(63));
          }
          apply(credential.serviceAccounts(accounts));
        });
  }

  /** A credential whose source is as large as a Secret can be. */
  private void megabyte(int number) {
    var name = "megabyte-" + number;
    apply(Manifests.registry(name));
    apply(Manifests.source(name, Canary.TEXT).value("more", "m".repeat(1_000_000)));
    apply(Manifests.credential(name).registry(name).source(name).target("megabyte"));
  }

  /** A Secret that is handed over to a credential, and is also the source of another one. */
  private void offered(String name, byte[] config) {
    secretWith(name, "kubernetes.io/dockerconfigjson", config);
    apply(Manifests.credential(name));
    read(name);
  }

  private void secretWith(String name, String type, byte[] config) {
    post(
        "/api/v1/namespaces/%s/secrets",
        "{\"metadata\":{\"name\":\"%s\",\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/%1$s\"}},\"type\":\"%2$s\",\"data\":{\".dockerconfigjson\":\"%3$s\"}}"
            .formatted(name, type, Base64.getEncoder().encodeToString(config)));
  }

  private void read(String name) {
    apply(
        Manifests.credential("read-" + name)
            .dockerConfig(name, "registry.example.com")
            .target("read-" + name));
  }

  private void hostileConfigs() {
    var configs = hostileConfigs(9_000);
    times(configs.size(), i -> offered("hostile-" + i, configs.get(i)));
    // Of no other type the API server looks into the content.
    var deeper = hostileConfigs(160_000);
    times(
        NESTED,
        i -> {
          secretWith("deep-" + i, "Opaque", deeper.get(i));
          read("deep-" + i);
        });
  }

  /** How many of {@link #hostileConfigs} are nested; they come first. */
  private static final int NESTED = 3;

  private static List<byte[]> hostileConfigs(int depth) {
    return List.of(
        json("{\"auths\":{\"registry.example.com\":{\"auth\":", nested("[", "]", depth), "}}}"),
        json("{\"auths\":{\"registry.example.com\":{\"a\":", nested("{\"a\":", "}", depth), "}}}"),
        json("{\"a\":", nested("[", "]", depth), "}"),
        json(
            "{\"auths\":{", repeated("\"registry.example.com\":{\"auth\":\"YTpi\"}", 20_000), "}}"),
        json("{", repeated("\"auths\":{}", 90_000), "}"),
        json("{\"auths\":{},\"", "k".repeat(990_000), "\":1}"),
        json("{\"auths\":{\"", "s".repeat(990_000), "\":{}}}"),
        json("{\"auths\":{\"registry.example.com\":{\"auth\":\"", "A".repeat(990_000), "\"}}}"),
        json("{\"auths\":{\"registry.example.com\":{\"auth\":", "9".repeat(300), "}}}"),
        json(
            "{\"auths\":{\"registry.example.com\":{\"auth\":\"",
            "\\u0000".repeat(160_000),
            "\"}}}"),
        json("{\"auths\":{\"\\ud800", "\\udfff\\ud800".repeat(80_000), "\":{\"auth\":\"YTpi\"}}}"),
        "{\"auths\":{\"\u00ff\u00c0\u0080\":{\"auth\":\"\u00ff\u00fe\"}}}"
            .getBytes(StandardCharsets.ISO_8859_1));
  }

  private static byte[] json(String before, String content, String after) {
    return (before + content + after).getBytes(StandardCharsets.UTF_8);
  }

  private static String nested(String open, String close, int depth) {
    return open.repeat(depth) + (open.endsWith(":") ? "1" : "") + close.repeat(depth);
  }

  private static String repeated(String entry, int times) {
    return String.join(",", Collections.nCopies(times, entry));
  }

  /** As large as annotations can be, in the form that stands between quotation marks. */
  private static List<String> hostileRecords() {
    return List.of(
        "[".repeat(250_000),
        nested("[", "]", 120_000),
        "{\\\"a\\\":".repeat(40_000),
        "["
            + repeated("{\\\"kind\\\":\\\"RegistryCredential\\\",\\\"name\\\":\\\"pull\\\"}", 5_000)
            + "]",
        "[{\\\"kind\\\":\\\"RegistryCredential\\\",\\\"name\\\":\\\""
            + "n".repeat(200_000)
            + "\\\"}]",
        "[\\\"" + "../".repeat(60_000) + "\\\"]",
        "[" + "9".repeat(250_000) + "]",
        "\\ud83d\\ude00".repeat(60_000));
  }

  private static byte[] entries(int count) {
    return json(
        "{\"auths\":{",
        IntStream.range(0, count)
            .mapToObj(i -> "\"" + Integer.toString(i, Character.MAX_RADIX) + "\":{}")
            .collect(Collectors.joining(",")),
        "}}");
  }

  /** Without a look at whether it was ever Active. */
  private void passing() {
    var name = "passing-" + acts.incrementAndGet();
    var path = "/apis/regcred.dev/v1alpha1/namespaces/%s/registrycredentials";
    post(
        path,
        """
        {"apiVersion":"regcred.dev/v1alpha1","kind":"RegistryCredential",
        "metadata":{"name":"%s"},"spec":{"registryRef":{"name":"main"},"email":"t@example.com",
        "publicValue":"robot","secretValueFrom":{"secretKeyRef":{"name":"account","key":"password"}}}}
        """
            .formatted(name));
    client.raw(path.formatted(namespace.name()) + "/" + name, "DELETE", null);
  }

  private void comeAndGo() {
    var number = acts.incrementAndGet();
    var isThere = number % 2 == 0;
    switch (number / 2 % 4) {
      case 0 -> label("Secret", "pull", "regcred.dev/managed", isThere ? "\"true\"" : "null");
      case 1 -> annotate("Secret", "pull", "contributors", isThere ? contributors(200) : null);
      case 2 -> annotate("Secret", "account", "adopt", isThere ? "RegistryCredential/pull" : null);
      default ->
          annotate(
              "ServiceAccount",
              "marked-" + number / 8 % 4,
              "attached",
              isThere ? record(256) : null);
    }
  }

  private int next(int bound) {
    return acts.incrementAndGet() % bound;
  }

  private void touch(String kind, String name) {
    annotate(kind, name, "touched", String.valueOf(acts.incrementAndGet()));
  }

  private void annotate(String kind, String name, String annotation, @Nullable String value) {
    patch(
        kind,
        name,
        "{\"metadata\":{\"annotations\":{\"regcred.dev/%s\":%s}}}"
            .formatted(annotation, value == null ? null : "\"" + value + "\""));
  }

  private void label(String kind, String name, String value) {
    label(kind, name, "hostile", value);
  }

  private void label(String kind, String name, String label, String value) {
    patch(kind, name, "{\"metadata\":{\"labels\":{\"%s\":%s}}}".formatted(label, value));
  }

  /** The operator may be ahead, and the object be gone for the moment. */
  private void patch(String kind, String name, String json) {
    try {
      namespace.patch(kind, name, json);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e;
      }
    }
  }

  private void mark(String name, String contributors) {
    annotate("Secret", name, "contributors", contributors);
  }

  private void rotate(String source) {
    client
        .secrets()
        .inNamespace(namespace.name())
        .withName(source)
        .patch(
            MERGE,
            "{\"stringData\":{\"password\":\"%s-storm-%s\"}}"
                .formatted(Canary.TEXT, acts.incrementAndGet()));
  }

  private void apply(Manifest<?> manifest) {
    namespace.apply(manifest.yaml());
  }

  private void account(String name, String label) {
    account(name, "\"hostile\":\"%s\"".formatted(label), "[]", "[]");
  }

  private void accounts(String name, String labels, String record, String references) {
    times(objects, i -> account(name + "-" + i, labels, record, references));
  }

  private void account(String name, String labels, String record, String references) {
    post(
        "/api/v1/namespaces/%s/serviceaccounts",
        "{\"metadata\":{\"name\":\"%s\",\"labels\":{%s},\"annotations\":{\"regcred.dev/attached\":\"%s\"}},\"imagePullSecrets\":%s}"
            .formatted(name, labels, record, references));
  }

  private void marked(String name, String contributors) {
    post(
        "/api/v1/namespaces/%s/secrets",
        "{\"metadata\":{\"name\":\"%s\",\"labels\":{\"regcred.dev/managed\":\"true\"},\"annotations\":{\"regcred.dev/contributors\":\"%s\"}}}"
            .formatted(name, contributors));
  }

  private void largeCredential(int number) {
    var credential = Manifests.credential("large-" + number).target("large-" + number);
    for (int i = 0; i < 32; i++) {
      credential.targetAnnotation("note-" + i, "n".repeat(1_000));
    }
    apply(credential);
  }

  /** Where an answer was late, the client has asked again, and it is there. */
  private void post(String path, String json) {
    try {
      client.raw(path.formatted(namespace.name()), "POST", json);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
    }
  }

  private String list(String plural) {
    return namespace.list("/apis/regcred.dev/v1alpha1/namespaces/%s/" + plural);
  }

  /** Several at a time, for this is what the tenant's own machine can do. */
  private static void times(int count, IntConsumer act) {
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      var all =
          IntStream.range(0, count)
              .<Future<?>>mapToObj(i -> threads.submit(() -> act.accept(i)))
              .toList();
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static String record(int names) {
    return record(names, "");
  }

  private static String record(int names, String prefix) {
    return IntStream.range(0, names)
        .mapToObj(i -> "\\\"" + prefix + Integer.toString(i, Character.MAX_RADIX) + "\\\"")
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String references(int names) {
    return IntStream.range(0, names)
        .mapToObj("{\"name\":\"n%s\"}"::formatted)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static String labels(int count) {
    return IntStream.range(0, count)
        .mapToObj("\"l%s\":\"\""::formatted)
        .collect(Collectors.joining(","));
  }

  private static String contributors(int count) {
    return contributors(count, "n");
  }

  private static String contributors(int count, String prefix) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                "{\\\"kind\\\":\\\"RegistryCredential\\\",\\\"name\\\":\\\"%s%s\\\"}"
                    .formatted(prefix, i))
        .collect(Collectors.joining(",", "[", "]"));
  }
}
