package dev.regcred.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.regcred.testkit.Base64Text;
import dev.regcred.testkit.Installation;
import dev.regcred.testkit.TestNamespace;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the operator's ServiceAccount can't do, even if the operator's code wanted to. */
class AdmissionPolicyIT {
  /** Not that of other tests: here the operator's own token writes Secrets that nobody declared. */
  private static final String PASSWORD = "a-thief-s-p4ssword";

  private static final String NOBODY = "00000000-0000-0000-0000-000000000001";
  private static final String CONFIG =
      Base64Text.of(OperatorScenario.config(PASSWORD + "-of-theirs"));
  private static final String OTHER = Base64Text.of(OperatorScenario.config(PASSWORD));
  private static final String DATA = "\"data\":{\".dockerconfigjson\":\"" + OTHER + "\"}";
  private static final String LABEL = "\"labels\":{\"regcred.dev/managed\":\"true\"}";
  private static final String CONTRIBUTORS =
      contributors("[{\\\"kind\\\":\\\"RegistryCredential\\\",\\\"name\\\":\\\"pull\\\"}]");
  private static final String MARK = LABEL + "," + CONTRIBUTORS;

  private static final String ADOPTED_MARK = with(MARK, "regcred.dev/adopted", "true");

  private static final String OUR_OWNER = ourOwner("");

  private final Installation installation = Installation.shared();
  private final KubernetesClient admin = installation.admin();
  private final TestNamespace namespace = TestNamespace.create(admin);
  private final KubernetesClient operator = installation.operatorClient();

  /** One that is there, or the garbage collector would take the Secret away. */
  private final String theirOwner = owner("v1", "ConfigMap", uidOfBoss(), "");

  private int count;
  private int countOfRefused;

  @AfterEach
  void close() {
    operator.close();
    namespace.close();
  }

  /**
   * One write of the operator.
   *
   * @param what what it does
   * @param before makes the object that it is done to
   */
  private record Attempt(String what, Supplier<HasMetadata> before, Consumer<HasMetadata> write) {}

  @Test
  void whatIsNotItsBusinessIsRefusedAndWhatItDoesIsAllowed() {
    var refused =
        Stream.of(
                creations(),
                foreign(),
                offered(),
                adopted(),
                handedBack(),
                marked(),
                deletions(),
                accounts())
            .flatMap(s -> s)
            .toList();
    var refusedByRbac = byRbac().toList();
    var allowed = allowed().toList();

    var softly = new SoftAssertions();
    refused.forEach(attempt -> checkRefused(attempt, "ValidatingAdmissionPolicy", softly));
    refusedByRbac.forEach(attempt -> checkRefused(attempt, "cannot", softly));
    allowed.forEach(
        attempt -> {
          var object = attempt.before().get();
          softly
              .assertThatCode(() -> attempt.write().accept(object))
              .as(attempt.what())
              .doesNotThrowAnyException();
        });
    softly.assertAll();
    System.out.printf(
        "admission policy: %d tried: %d refused, %d allowed as they should be%n",
        refused.size() + refusedByRbac.size() + allowed.size(), countOfRefused, allowed.size());
  }

  private void checkRefused(Attempt attempt, String by, SoftAssertions softly) {
    var object = attempt.before().get();
    var thrown = catchThrowable(() -> attempt.write().accept(object));
    countOfRefused += thrown == null ? 0 : 1;
    softly
        .assertThat(thrown)
        .as(attempt.what())
        .isInstanceOfSatisfying(
            KubernetesClientException.class,
            e -> {
              assertThat(e.getCode()).isEqualTo(403);
              assertThat(e.getMessage()).contains(by).doesNotContain(PASSWORD, OTHER, CONFIG);
            });
    var isThere = object.getMetadata().getUid() != null;
    softly
        .assertThat(admin.resource(object).get())
        .as(attempt.what())
        .isEqualTo(isThere ? object : null);
  }

  /** The API server says so where an expression can't be evaluated for some object. */
  @Test
  void theExpressionsFitTheTypesThatTheyLookAt() {
    for (var policy :
        List.of(
            "regcred-operator-secrets",
            "regcred-operator-serviceaccounts",
            "regcred-operator-resources",
            "regcred-operator-events",
            "regcred-operator-leases")) {
      var kubectl = installation.cluster().kubectl();
      OperatorScenario.await()
          .untilAsserted(
              () ->
                  assertThat(
                          kubectl.ok(
                              "get",
                              "validatingadmissionpolicy/" + policy,
                              "-o",
                              "jsonpath={.status.typeChecking}"))
                      .isEqualTo("{}"));
    }
  }

  private Stream<Attempt> creations() {
    return Stream.of(
        created("create an Opaque Secret", secret("Opaque", "", CONFIG)),
        created("create an unmarked pull Secret", secret("")),
        created("create one with the label alone", secret(LABEL)),
        created("create one with the annotation alone", secret(CONTRIBUTORS)),
        created("create one that names nobody", secret(LABEL + "," + contributors("[]"))),
        created("create a marked Opaque Secret", secret("Opaque", MARK, CONFIG)),
        created(
            "create a marked token of a ServiceAccount",
            secret(
                "kubernetes.io/service-account-token",
                with(MARK, "kubernetes.io/service-account.name", "default"),
                CONFIG)),
        created(
            "create a marked one of the old format",
            () ->
                json(
                    "{\"type\":\"kubernetes.io/dockercfg\",\"metadata\":{%s},\"data\":{\".dockercfg\":\"e30=\"}}"
                        .formatted(MARK))),
        created(
            "create a marked immutable one",
            () -> new SecretBuilder((Secret) secret(MARK).get()).withImmutable(true).build()),
        created(
            "create a marked one with another key",
            () -> new SecretBuilder((Secret) secret(MARK).get()).addToData("more", "eA==").build()),
        created(
            "create one with a finalizer", secret(MARK + ",\"finalizers\":[\"example.com/x\"]")),
        created("create one that others own", secret(MARK + "," + theirOwner)),
        created(
            "create one whose owner controls it",
            secret(MARK + "," + ourOwner(",\"controller\":true"))),
        created(
            "create one that blocks its owner",
            secret(MARK + "," + ourOwner(",\"blockOwnerDeletion\":true"))),
        created(
            "create a source",
            secret(
                exchanged(MARK, "\"labels\":{", "\"labels\":{\"regcred.dev/source\":\"true\","))),
        created(
            "create one that offers itself",
            secret(with(MARK, "regcred.dev/adopt", "RegistryCredential/pull"))),
        created(
            "create one as if kubectl had applied it",
            secret(with(MARK, "kubectl.kubernetes.io/last-applied-configuration", "{}"))),
        new Attempt(
            "create an unmarked one by server-side apply",
            this::unborn,
            object -> applyServerSide(object, "")));
  }

  /** Secrets that have nothing to do with the operator. */
  private Stream<Attempt> foreign() {
    return Stream.of(
        patched("write the content", secret(""), "{%s}".formatted(DATA)),
        patched("write a label", secret(""), "{\"metadata\":{\"labels\":{\"team\":\"operator\"}}}"),
        patched("mark it", secret(""), "{\"metadata\":{%s}}".formatted(MARK)),
        patched(
            "mark it and write the content",
            secret(""),
            "{\"metadata\":{%s},%s}".formatted(MARK, DATA)),
        patched(
            "offer it to itself",
            secret(""),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/pull\"}}}"),
        patched(
            "offer it, mark it and write the content",
            secret(""),
            "{\"metadata\":{%s},%s}"
                .formatted(with(MARK, "regcred.dev/adopt", "RegistryCredential/pull"), DATA)),
        patched("own it", secret(""), "{\"metadata\":{%s}}".formatted(OUR_OWNER)),
        patched("freeze it", secret(""), "{\"immutable\":true}"),
        patched(
            "put a finalizer on it",
            secret(""),
            "{\"metadata\":{\"finalizers\":[\"regcred.dev/finalizer\"]}}"),
        patched(
            "mark an Opaque one", secret("Opaque", "", CONFIG), "{\"metadata\":{" + MARK + "}}"),
        patched("write to an Opaque one", secret("Opaque", "", CONFIG), "{%s}".formatted(DATA)),
        patched("complete half a mark", secret(LABEL), "{\"metadata\":{" + MARK + "}}"),
        new Attempt(
            "write the content by JSON patch",
            existing(secret("")),
            object ->
                jsonPatch(
                    object,
                    "[{\"op\":\"replace\",\"path\":\"/data/.dockerconfigjson\",\"value\":\"%s\"}]"
                        .formatted(OTHER))),
        new Attempt(
            "write the content by strategic merge patch",
            existing(secret("")),
            object ->
                operator
                    .resource(object)
                    .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{%s}".formatted(DATA))),
        new Attempt(
            "mark it and write the content by server-side apply",
            existing(secret("")),
            object -> applyServerSide(object, MARK)));
  }

  private Stream<Attempt> offered() {
    var offer = "\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/pull\"}";
    return Stream.of(
        patched("write to an offered one without marking it", secret(offer), "{" + DATA + "}"),
        patched(
            "take the offer off alone",
            secret(offer),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/adopt\":null}}}"),
        patched(
            "take over an Opaque one",
            secret("Opaque", offer, CONFIG),
            "{\"metadata\":{%s},%s}".formatted(MARK, DATA)),
        patched(
            "take a key out of an offered one",
            withMore(offer),
            "{\"metadata\":{%s},\"data\":{\"more\":null}}".formatted(ADOPTED_MARK)),
        patched(
            "take it over for itself alone",
            secret(offer),
            "{\"metadata\":{%s},%s}".formatted(MARK, DATA)),
        patched(
            "take it over for itself alone, and leave the offer",
            secret(offer),
            "{\"metadata\":{%s}}".formatted(MARK)),
        patched(
            "take it over and own it",
            secret(offer),
            "{\"metadata\":{%s,%s}}".formatted(ADOPTED_MARK, OUR_OWNER)),
        patched(
            "take over for itself alone one of its own that somebody stripped and offers",
            this::strippedAndOffered,
            "{\"metadata\":{%s}}".formatted(MARK)),
        new Attempt(
            "take it over for itself alone by server-side apply",
            existing(secret(offer)),
            object -> applyServerSide(object, MARK)),
        new Attempt(
            "take it over as the one that created it, by server-side apply",
            existing(secret(offer)),
            object -> applyServerSide(object, ADOPTED_MARK)));
  }

  /** Other people's, too. Whoever makes one its own alone may delete it then. */
  private Stream<Attempt> adopted() {
    var notAdopted = "{\"metadata\":{\"annotations\":{\"regcred.dev/adopted\":null}}}";
    return Stream.of(
        patched("make an adopted one its own", secret(ADOPTED_MARK), notAdopted),
        patched(
            "make an adopted one its own with another word",
            secret(ADOPTED_MARK),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/adopted\":\"false\"}}}"),
        patched(
            "rotate an adopted one and make it its own",
            secret(ADOPTED_MARK),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/adopted\":null}},%s}".formatted(DATA)),
        new Attempt(
            "make an adopted one its own by JSON patch",
            existing(secret(ADOPTED_MARK)),
            object ->
                jsonPatch(
                    object,
                    "[{\"op\":\"remove\",\"path\":\"/metadata/annotations/regcred.dev~1adopted\"}]")),
        patched(
            "make an adopted one its own that is offered again",
            secret(with(ADOPTED_MARK, "regcred.dev/adopt", "RegistryCredential/pull")),
            notAdopted),
        patched(
            "own an adopted one", secret(ADOPTED_MARK), "{\"metadata\":{%s}}".formatted(OUR_OWNER)),
        patched(
            "hand an adopted one back and own it",
            secret(ADOPTED_MARK),
            "{\"metadata\":{\"labels\":null,\"annotations\":null,%s}}".formatted(OUR_OWNER)),
        patched(
            "take the mark off an adopted one and then put on one without it",
            this::adoptedWithoutMark,
            "{\"metadata\":{%s}}".formatted(withoutAdopted())),
        deleted("take the mark off an adopted one and then delete it", this::adoptedWithoutMark),
        patched(
            "complete the mark of an adopted one of which nothing says so any more",
            this::adoptedWithNothingButItsContributors,
            "{\"metadata\":{%s}}".formatted(LABEL)),
        deleted(
            "delete an adopted one of which nothing says so any more",
            this::adoptedWithNothingButItsContributors),
        deleted(
            "delete an adopted one that somebody took the label off",
            secret(exchanged(ADOPTED_MARK, LABEL + ",", ""))),
        new Attempt(
            "have itself recorded as the creator of an adopted one, by server-side apply",
            existing(secret(ADOPTED_MARK)),
            object -> applyServerSide(object, ADOPTED_MARK)),
        new Attempt(
            "have itself recorded as the creator of an adopted one, by JSON patch",
            existing(secret(ADOPTED_MARK)),
            object ->
                jsonPatch(
                    object,
                    """
                    [{"op":"add","path":"/metadata/managedFields/-","value":{"manager":"regcred",\
                    "operation":"Update","apiVersion":"v1","time":"2026-01-01T00:00:00Z",\
                    "fieldsType":"FieldsV1","fieldsV1":{"f:type":{}}}}]\
                    """)));
  }

  /** Nothing says any more that it was the operator's. */
  private Stream<Attempt> handedBack() {
    return Stream.of(
        patched(
            "write to one that it handed back", this::backInForeignHands, "{%s}".formatted(DATA)),
        patched(
            "mark one that it handed back",
            this::backInForeignHands,
            "{\"metadata\":{%s}}".formatted(MARK)),
        patched(
            "take one that it handed back over again",
            this::backInForeignHands,
            "{\"metadata\":{%s}}".formatted(ADOPTED_MARK)),
        patched(
            "write a label on one that it handed back",
            this::backInForeignHands,
            "{\"metadata\":{\"labels\":{\"team\":\"operator\"}}}"),
        deleted("delete one that it handed back", this::backInForeignHands));
  }

  private Stream<Attempt> marked() {
    return Stream.of(
        patched("write another key", secret(MARK), "{\"data\":{\"more\":\"eA==\"}}"),
        patched("change another key", withMore(MARK), "{\"data\":{\"more\":\"eQ==\"}}"),
        patched(
            "take a key out of an adopted one",
            withMore(ADOPTED_MARK),
            "{\"data\":{\"more\":null}}"),
        patched("write to a marked Opaque one", secret("Opaque", MARK, CONFIG), "{" + DATA + "}"),
        patched("freeze a marked one", secret(MARK), "{\"immutable\":true}"),
        patched(
            "put a finalizer on a marked one",
            secret(MARK),
            "{\"metadata\":{\"finalizers\":[\"regcred.dev/finalizer\"]}}"),
        patched("give it another owner", secret(MARK), "{\"metadata\":{" + theirOwner + "}}"),
        patched("take its owner away", existingOwner(), "{\"metadata\":{%s}}".formatted(OUR_OWNER)),
        patched(
            "let its owner control it",
            secret(MARK),
            "{\"metadata\":{%s}}".formatted(ourOwner(",\"controller\":true"))),
        patched(
            "leave half of the mark",
            secret(MARK),
            "{\"metadata\":{\"labels\":{\"regcred.dev/managed\":null}}}"),
        patched(
            "leave the other half of the mark",
            secret(MARK),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/contributors\":null}}}"),
        patched(
            "leave a mark that names nobody",
            secret(MARK),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/contributors\":\"[]\"}}}"),
        patched(
            "make it a source",
            secret(MARK),
            "{\"metadata\":{\"labels\":{\"regcred.dev/source\":\"true\"}}}"),
        patched(
            "make it an offer",
            secret(MARK),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/x\"}}}"),
        patched(
            "write what kubectl applied",
            secret(MARK),
            "{\"metadata\":{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}}}"),
        patched(
            "write to a stripped one and leave half a mark",
            this::stripped,
            "{\"metadata\":{%s},%s}".formatted(LABEL, DATA)));
  }

  private Supplier<HasMetadata> existingOwner() {
    return secret(MARK + "," + theirOwner);
  }

  private Stream<Attempt> deletions() {
    return Stream.of(
        deleted("delete a foreign one", secret("")),
        deleted("delete an Opaque one", secret("Opaque", "", CONFIG)),
        deleted("delete half a marked one", secret(LABEL)),
        deleted("delete the other half of one", secret(CONTRIBUTORS)),
        deleted(
            "delete an offered one",
            secret("\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/pull\"}")),
        deleted("delete an adopted one", secret(ADOPTED_MARK)),
        deleted(
            "delete one of its own that somebody stripped and offers", this::strippedAndOffered),
        deleted(
            "delete a marked one of another type without our key",
            () ->
                json(
                    "{\"type\":\"Opaque\",\"metadata\":{%s},\"data\":{\"password\":\"eA==\"}}"
                        .formatted(MARK))));
  }

  private Stream<Attempt> accounts() {
    return Stream.of(
            "{\"secrets\":[{\"name\":\"x\"}]}",
            "{\"secrets\":null}",
            "{\"automountServiceAccountToken\":true}",
            "{\"automountServiceAccountToken\":null}",
            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}",
            "{\"metadata\":{\"labels\":null}}",
            "{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}",
            "{\"metadata\":{\"annotations\":{\"theirs\":\"changed\"}}}",
            "{\"metadata\":{\"annotations\":{\"theirs\":null}}}",
            "{\"metadata\":{\"annotations\":{\"eks.amazonaws.com/role-arn\":\"x\"}}}",
            "{\"metadata\":{\"annotations\":{\"regcred.dev.example.com/x\":\"y\"}}}",
            "{\"metadata\":{\"finalizers\":[\"regcred.dev/finalizer\"]}}",
            "{\"metadata\":{\"finalizers\":null}}",
            "{\"metadata\":{%s}}".formatted(OUR_OWNER),
            "{\"imagePullSecrets\":[{\"name\":\"pull\"}],\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
        .map(
            patch ->
                new Attempt(
                    "ServiceAccount " + patch, this::account, object -> merge(object, patch)));
  }

  private Stream<Attempt> byRbac() {
    return Stream.of(
        new Attempt(
            "replace a marked Secret",
            existing(secret(MARK)),
            object -> operator.resource(object).update()),
        new Attempt(
            "delete all Secrets",
            existing(secret(MARK)),
            object ->
                operator.raw(
                    "/api/v1/namespaces/%s/secrets".formatted(namespace.name()), "DELETE", null)),
        new Attempt(
            "create a ServiceAccount",
            () -> new ServiceAccountBuilder().withMetadata(metadata().build()).build(),
            object -> operator.resource(object).create()),
        new Attempt(
            "delete a ServiceAccount", this::account, object -> operator.resource(object).delete()),
        new Attempt(
            "create a ConfigMap",
            () -> new ConfigMapBuilder().withMetadata(metadata().build()).build(),
            object -> operator.resource(object).create()));
  }

  private Stream<Attempt> allowed() {
    return Stream.of(
        created("create a marked one", secret(MARK)),
        created(
            "create one that a credential owns",
            secret(
                exchanged(MARK, "\"labels\":{", "\"labels\":{\"team\":\"red\",")
                    + ","
                    + OUR_OWNER)),
        patched("rotate", secret(MARK), "{" + DATA + "}"),
        patched(
            "rotate beside another owner",
            secret(MARK + "," + theirOwner),
            "{\"metadata\":{\"labels\":{\"team\":\"red\"}}," + DATA + "}"),
        patched("own a marked one", secret(MARK), "{\"metadata\":{" + OUR_OWNER + "}}"),
        patched("take another key out", withMore(MARK), "{\"data\":{\"more\":null}}"),
        patched(
            "rotate an adopted one beside another key", withMore(ADOPTED_MARK), "{" + DATA + "}"),
        patched(
            "hand one back",
            secret(MARK),
            "{\"metadata\":{\"labels\":{\"regcred.dev/managed\":null},\"annotations\":{\"regcred.dev/contributors\":null}},"
                + DATA
                + "}"),
        patched(
            "take over an offered one",
            secret(
                "\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/pull\",\"kubectl.kubernetes.io/last-applied-configuration\":\"{}\"}"),
            "{\"metadata\":{%s,%s},%s}"
                .formatted(
                    LABEL,
                    exchanged(
                        with(CONTRIBUTORS, "regcred.dev/adopted", "true"),
                        "\"regcred.dev/contributors",
                        "\"regcred.dev/adopt\":null,\"kubectl.kubernetes.io/last-applied-configuration\":null,\"regcred.dev/contributors"),
                    DATA)),
        patched(
            "rotate an adopted one that is offered again",
            secret(with(ADOPTED_MARK, "regcred.dev/adopt", "RegistryCredential/pull")),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/adopt\":null}}," + DATA + "}"),
        patched(
            "hand an adopted one back",
            secret(ADOPTED_MARK),
            "{\"metadata\":{\"labels\":null,\"annotations\":null}," + DATA + "}"),
        patched(
            "put the mark back on an adopted one",
            this::adoptedAndStrippedOfItsLabel,
            "{\"metadata\":{" + ADOPTED_MARK + "}," + DATA + "}"),
        patched("put the mark back", this::stripped, "{\"metadata\":{" + MARK + "}}"),
        deleted("delete a marked one", secret(MARK)),
        deleted("delete a stripped one", this::stripped),
        deleted("delete a marked one of another type", secret("Opaque", MARK, CONFIG)),
        new Attempt(
            "attach",
            this::account,
            object ->
                merge(
                    object,
                    "{\"imagePullSecrets\":[{\"name\":\"theirs\"},{\"name\":\"pull\"}],\"metadata\":{\"annotations\":{\"regcred.dev/attached\":\"[\\\"pull\\\"]\"}}}")),
        new Attempt(
            "detach", this::account, object -> merge(object, "{\"imagePullSecrets\":null}")));
  }

  private Attempt created(String what, Supplier<HasMetadata> secret) {
    return new Attempt(what, secret, object -> operator.resource(object).create());
  }

  private Attempt patched(String what, Supplier<HasMetadata> before, String patch) {
    return new Attempt(what, existing(before), object -> merge(object, patch));
  }

  private Attempt deleted(String what, Supplier<HasMetadata> before) {
    return new Attempt(what, existing(before), object -> operator.resource(object).delete());
  }

  private void merge(HasMetadata object, String patch) {
    operator.resource(object).patch(PatchContext.of(PatchType.JSON_MERGE), patch);
  }

  private void applyServerSide(HasMetadata object, String metadata) {
    var secret = (Secret) secret(metadata).get();
    secret.getMetadata().setName(object.getMetadata().getName());
    secret.setData(Map.of(".dockerconfigjson", OTHER));
    operator.resource(secret).fieldManager("regcred").forceConflicts().serverSideApply();
  }

  private Supplier<HasMetadata> existing(Supplier<HasMetadata> secret) {
    return () -> {
      var object = secret.get();
      return object.getMetadata().getUid() == null ? admin.resource(object).create() : object;
    };
  }

  private HasMetadata unborn() {
    return secret("").get();
  }

  /** Written by the operator; then somebody took its mark off. */
  private HasMetadata stripped() {
    var created = operator.resource(secret(MARK).get()).create();
    return admin
        .resource(created)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"labels\":null,\"annotations\":null}}");
  }

  /** Also handed over to whomever, meanwhile. */
  private HasMetadata strippedAndOffered() {
    return admin
        .resource(stripped())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/pull\"}}}");
  }

  /** Taken over and written by the operator. */
  private HasMetadata takenOver() {
    var offered =
        secret("\"annotations\":{\"regcred.dev/adopt\":\"RegistryCredential/pull\"}").get();
    return operator
        .resource(admin.resource(offered).create())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{" + ADOPTED_MARK + "}," + DATA + "}");
  }

  /** The operator took the mark off, all but that it is other people's too. */
  private HasMetadata adoptedWithoutMark() {
    return operator
        .resource(takenOver())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"labels\":null,\"annotations\":{\"regcred.dev/contributors\":null}}}");
  }

  private HasMetadata adoptedAndStrippedOfItsLabel() {
    return admin
        .resource(takenOver())
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":null}}");
  }

  /** Somebody took off the label, and what said that it is other people's too. */
  private HasMetadata adoptedWithNothingButItsContributors() {
    return admin
        .resource(takenOver())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"labels\":null,\"annotations\":{\"regcred.dev/adopt\":null,\"regcred.dev/adopted\":null}}}");
  }

  private HasMetadata backInForeignHands() {
    return operator
        .resource(takenOver())
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"metadata\":{\"labels\":null,\"annotations\":null}}");
  }

  private static String withoutAdopted() {
    return exchanged(MARK, "\"annotations\":{", "\"annotations\":{\"regcred.dev/adopted\":null,");
  }

  private void jsonPatch(HasMetadata object, String patch) {
    operator.resource(object).patch(PatchContext.of(PatchType.JSON), patch);
  }

  private HasMetadata account() {
    return admin
        .resource(
            new ServiceAccountBuilder()
                .withMetadata(
                    metadata()
                        .addToLabels("theirs", "label")
                        .addToAnnotations("theirs", "annotation")
                        .addToFinalizers("example.com/x")
                        .build())
                .withSecrets(List.of(namedReference()))
                .withImagePullSecrets(List.of(new LocalObjectReference("theirs")))
                .withAutomountServiceAccountToken(false)
                .build())
        .create();
  }

  private static ObjectReference namedReference() {
    var reference = new ObjectReference();
    reference.setName("mountable");
    return reference;
  }

  private Supplier<HasMetadata> secret(String metadata) {
    return secret("kubernetes.io/dockerconfigjson", metadata, CONFIG);
  }

  private Supplier<HasMetadata> withMore(String metadata) {
    return () ->
        new SecretBuilder((Secret) secret(metadata).get()).addToData("more", "eA==").build();
  }

  private Supplier<HasMetadata> secret(String type, String metadata, String config) {
    return () ->
        json(
            "{\"type\":\"%s\",\"metadata\":{%s},\"data\":{\".dockerconfigjson\":\"%s\"}}"
                .formatted(type, metadata, config));
  }

  private String uidOfBoss() {
    var boss =
        new ConfigMapBuilder()
            .withMetadata(
                new ObjectMetaBuilder().withNamespace(namespace.name()).withName("boss").build())
            .build();
    return admin.resource(boss).create().getMetadata().getUid();
  }

  private HasMetadata json(String json) {
    var secret =
        admin
            .getKubernetesSerialization()
            .unmarshal(
                "{\"kind\":\"Secret\",\"apiVersion\":\"v1\"," + json.substring(1), Secret.class);
    secret.getMetadata().setNamespace(namespace.name());
    secret.getMetadata().setName(nextName());
    return Objects.requireNonNull(secret);
  }

  private ObjectMetaBuilder metadata() {
    return new ObjectMetaBuilder().withNamespace(namespace.name()).withName(nextName());
  }

  private String nextName() {
    return "object-" + count++;
  }

  /** The mark with one more annotation. */
  private static String with(String mark, String annotation, String value) {
    return exchanged(
        mark, "\"annotations\":{", "\"annotations\":{\"%s\":\"%s\",".formatted(annotation, value));
  }

  /** The text with one part in the place of another, which it must have. */
  private static String exchanged(String text, String part, String other) {
    assertThat(text).contains(part);
    return text.replace(part, other);
  }

  private static String contributors(String escapedJson) {
    return "\"annotations\":{\"regcred.dev/contributors\":\"%s\"}".formatted(escapedJson);
  }

  private static String ourOwner(String more) {
    return owner("regcred.dev/v1alpha1", "RegistryCredential", NOBODY, more);
  }

  private static String owner(String apiVersion, String kind, String uid, String more) {
    return "\"ownerReferences\":[{\"apiVersion\":\"%s\",\"kind\":\"%s\",\"name\":\"boss\",\"uid\":\"%s\"%s}]"
        .formatted(apiVersion, kind, uid, more);
  }
}
