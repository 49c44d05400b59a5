package dev.regcred.diagnosis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.api.v1alpha1.Attach;
import dev.regcred.api.v1alpha1.Condition;
import dev.regcred.api.v1alpha1.CredentialSpec;
import dev.regcred.api.v1alpha1.CredentialSpecBuilder;
import dev.regcred.api.v1alpha1.CredentialStatusBuilder;
import dev.regcred.api.v1alpha1.LabelSelector;
import dev.regcred.api.v1alpha1.Labels;
import dev.regcred.api.v1alpha1.LifecycleState;
import dev.regcred.diagnosis.ObservedPod.Container;
import dev.regcred.diagnosis.ObservedPod.ImageState;
import dev.regcred.diagnosis.PodReport.NamedBy;
import dev.regcred.diagnosis.PodReport.SecretState;
import dev.regcred.pullsecret.CredentialRef;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What ExplainIT does not bring about on a cluster. */
class PodExplainerTest {
  private static final String DENIED = "failed to authorize: 403 Forbidden";
  private static final byte[] EMPTY = "{\"auths\":{\"ghcr.io\":{}}}".getBytes(UTF_8);
  private static final CredentialRef PULL = new CredentialRef("RegistryCredential", "pull");
  private static final CredentialRef WIDE = new CredentialRef("ClusterRegistryCredential", "wide");

  private final Map<String, Lookup<ObservedSecret>> secrets = new HashMap<>();
  private Lookup<List<String>> ofServiceAccount = new Lookup.Found<>(List.of());
  private Lookup<List<ObservedCredential>> credentials = new Lookup.Absent<>();
  private Lookup<List<ObservedCredential>> clusterCredentials = new Lookup.Absent<>();
  private boolean isControlled;
  private boolean isWithoutEvents;
  private @Nullable CredentialSpec spec = spec(List.of(), null, Attach.SERVICE_ACCOUNTS);

  @Test
  void theCredentialOfTheAccountThatIsTriedIsLookedAtFirst() {
    secrets.put("pull", new Lookup.Found<>(secret("pull", PULL, "ghcr.io")));
    credentials = found(credential(PULL, "pull", "ghcr.io", "SourceNotFound", "Make Secret a."));
    assertExplained(
        Fault.CREDENTIAL_NOT_READY,
        "See RegistryCredential pull, which is Active (SourceNotFound): Make Secret a.",
        failed("app", DENIED),
        "pull");
  }

  @Test
  void aCredentialForAnotherServerInTheSameSecretIsNotBlamed() {
    secrets.put("pull", new Lookup.Found<>(secret("pull", PULL, "ghcr.io")));
    credentials = found(credential(PULL, "pull", "quay.io", "SourceNotFound", "Make Secret a."));
    assertExplained(
        Fault.ACCOUNT_REFUSED,
        "Renew the account for ghcr.io in the source of RegistryCredential pull, or have it allowed to pull ghcr.io/team/app: the registry refuses it.",
        failed("app", DENIED),
        "pull");
  }

  @Test
  void ofASecretThatMayNotBeSeenTheCredentialTellsEnough() {
    secrets.put("pull", new Lookup.Forbidden<>());
    credentials = found(credential(PULL, "pull", "ghcr.io", "Active", "It holds the entry."));
    var report =
        assertExplained(
            Fault.ACCOUNT_REFUSED,
            "Renew the account for ghcr.io in the source of RegistryCredential pull, or have it allowed to pull ghcr.io/team/app: the registry refuses it.",
            failed("app", DENIED),
            "pull");
    assertThat(report.pullSecrets().getFirst().state()).isEqualTo(SecretState.UNKNOWN);
    assertThat(report.notes()).hasSize(1);

    credentials = found(credential(PULL, "pull", "quay.io", "Active", "It holds the entry."));
    assertExplained(
        Fault.NOT_ALLOWED_TO_LOOK,
        "Have somebody ask who may get Secrets in namespace team: without them it can't be said whether one has an account for ghcr.io.",
        failed("app", DENIED),
        "pull");
  }

  @Test
  void whatIsForbiddenIsSaid() {
    ofServiceAccount = new Lookup.Forbidden<>();
    credentials = new Lookup.Forbidden<>();
    clusterCredentials = new Lookup.Forbidden<>();
    isWithoutEvents = true;
    assertThat(explain(List.of(failed("app", DENIED))).notes())
        .containsExactly(
            "You may not get ServiceAccount default: what it gives to new Pods is not known.",
            "You may not list RegistryCredentials: those that keep a Secret are not looked at.",
            "You may not list ClusterRegistryCredentials: those that keep a Secret are not looked at.",
            "You may not list Events in namespace team: what the kubelet said there is not known.");
  }

  @Test
  void newPodsAreGivenWhatAnOlderOneLacks() {
    isControlled = true;
    secrets.put("pull", new Lookup.Found<>(secret("pull", PULL, "ghcr.io")));
    ofServiceAccount = new Lookup.Found<>(List.of("pull"));
    assertExplained(
        Fault.POD_TOO_OLD,
        "Delete Pod web, so that its controller makes it anew: ServiceAccount default has Secret pull, but got it only after the Pod was created.",
        failed("app", DENIED));

    ofServiceAccount = new Lookup.Found<>(List.of());
    credentials = found(attachedToPods(PULL, "pull", "ghcr.io"));
    assertExplained(
        Fault.POD_TOO_OLD,
        "Delete Pod web, so that its controller makes it anew: RegistryCredential pull gives Secret pull to new Pods, and this one is older, or not selected.",
        failed("app", DENIED));
    assertThat(explain(List.of(failed("app", DENIED)), "pull").pullSecrets().getFirst().namedBy())
        .isEqualTo(NamedBy.POLICY);
  }

  @Test
  void aClusterWideCredentialIsOnlyNamedWhereItsSecretIs() {
    clusterCredentials = found(credential(WIDE, "wide", "ghcr.io", "Active", "All written."));
    assertExplained(
        Fault.NO_PULL_SECRET,
        "Make a pull Secret for ghcr.io, name it in imagePullSecrets of ServiceAccount default, and make the Pod anew: it names none.",
        failed("app", DENIED));

    secrets.put("wide", new Lookup.Found<>(secret("wide", WIDE, "ghcr.io")));
    assertExplained(
        Fault.NOT_ATTACHED,
        "Name ServiceAccount default in spec.serviceAccounts of ClusterRegistryCredential wide, whose Secret wide has the account, and make the Pod anew.",
        failed("app", DENIED));
  }

  @Test
  void aSecretThatOnlyKubeletsReadIsNotGuessedAt() {
    secrets.put(
        "pull",
        new Lookup.Found<>(secret("pull", null, "{\"Auths\":{\"ghcr.io\":{}}}".getBytes(UTF_8))));
    assertExplained(
        Fault.SECRET_AMBIGUOUS,
        "Write Secret pull anew: its content has the key auths in another case, and what kubelets make of that is not known here.",
        failed("app", DENIED),
        "pull");
  }

  @Test
  void aMessageThatNobodyKnowsIsNotCalledARefusal() {
    secrets.put("pull", new Lookup.Found<>(secret("pull", null, "ghcr.io")));
    assertExplained(
        Fault.UNKNOWN,
        "Read the kubelet's message: the Pod has an account for ghcr.io, and it is not known what went wrong.",
        failed("app", "a strange thing"),
        "pull");
  }

  /** A public image needs no account, so the lack of one explains nothing. */
  @Test
  void withoutAnAccountAMessageThatNobodyKnowsStaysUnknown() {
    assertExplained(
        Fault.UNKNOWN,
        "Read the kubelet's message: the Pod has no account for ghcr.io, and it is not known what went wrong.",
        failed("app", "a strange thing"));
    secrets.put("pull", new Lookup.Found<>(secret("pull", null, "quay.io")));
    assertExplained(
        Fault.UNKNOWN,
        "Read the kubelet's message: the Pod has no account for ghcr.io, and it is not known what went wrong.",
        failed("app", "a strange thing"),
        "pull");
    assertExplained(
        Fault.UNKNOWN,
        "Look into the log of the kubelet: the Pod has no account for ghcr.io, and neither its status nor an Event says what went wrong.",
        failed("app", "Back-off pulling image \"ghcr.io/team/app:1\""));
    assertExplained(
        Fault.SECRET_ABSENT,
        "Make Secret gone in namespace team, or correct imagePullSecrets: there is no such Secret.",
        failed("app", "a strange thing"),
        "gone");
  }

  @Test
  void anotherRegistryBehindAStrangeSchemeIsNotMeantForThisImage() {
    secrets.put("pull", new Lookup.Found<>(secret("pull", null, "oci://quay.io")));
    assertExplained(
        Fault.NO_ACCOUNT,
        "Add an account for ghcr.io to one of the pull Secrets of the Pod, or name another one: none of them has one.",
        failed("app", DENIED),
        "pull");
  }

  /** What the CRD refuses is not advised. */
  @Test
  void aCredentialIsAttachedInTheWayThatItsSpecHas() {
    var other = List.of("other");
    var many = IntStream.range(0, 100).mapToObj(i -> "account-" + i).toList();
    var all = new LabelSelector(Map.of(), List.of());
    var byPod =
        "Name Secret pull in imagePullSecrets of the Pod, and make it anew: RegistryCredential pull keeps an account in it.";
    assertAttached(
        spec(other, null, Attach.SERVICE_ACCOUNTS),
        "Name ServiceAccount default in spec.serviceAccounts of RegistryCredential pull, whose Secret pull has the account, and make the Pod anew.");
    assertAttached(
        spec(List.of(), all, Attach.SERVICE_ACCOUNTS),
        "Give ServiceAccount default the labels that spec.serviceAccountSelector of RegistryCredential pull selects, whose Secret pull has the account, and make the Pod anew.");
    assertAttached(spec(many, null, Attach.SERVICE_ACCOUNTS), byPod);
    assertAttached(spec(List.of("default"), null, Attach.SERVICE_ACCOUNTS), byPod);
    assertAttached(spec(List.of(), null, Attach.PODS), byPod);
    assertAttached(null, byPod);
  }

  private void assertAttached(@Nullable CredentialSpec declared, String advice) {
    spec = declared;
    credentials = found(credential(PULL, "pull", "ghcr.io", "Active", "It holds the entry."));
    assertExplained(Fault.NOT_ATTACHED, advice, failed("app", DENIED));
  }

  @Test
  void oneThatIsNeitherReadyNorAttachedIsBoth() {
    credentials = found(credential(PULL, "pull", "ghcr.io", "SourceNotFound", "Make Secret a."));
    assertExplained(
        Fault.NOT_ATTACHED,
        "See RegistryCredential pull, which is Active (SourceNotFound): Make Secret a. Its Secret pull is not given to this Pod either.",
        failed("app", DENIED));
  }

  /** What the policy put into the Pod is no list of the Pod's own. */
  @Test
  void aPodThatThePolicyGaveASecretIsTooOldForOneOfItsServiceAccount() {
    secrets.put("pull", new Lookup.Found<>(secret("pull", PULL, "quay.io")));
    secrets.put("of-account", new Lookup.Found<>(secret("of-account", null, "ghcr.io")));
    ofServiceAccount = new Lookup.Found<>(List.of("of-account"));
    credentials = found(attachedToPods(PULL, "pull", "quay.io"));
    assertExplained(
        Fault.POD_TOO_OLD,
        "Make Pod web anew: ServiceAccount default has Secret of-account, but got it only after the Pod was created.",
        failed("app", DENIED),
        "pull");
    credentials = new Lookup.Absent<>();
    assertExplained(
        Fault.POD_HAS_OWN_LIST,
        "Add Secret of-account to imagePullSecrets of the Pod: it has a list of its own, and so takes none of ServiceAccount default.",
        failed("app", DENIED),
        "pull");
  }

  /** Kubelets try one entry after the other. */
  @Test
  void anEmptyEntryIsAFaultOnlyIfNoOtherOneIsTried() {
    secrets.put("empty", new Lookup.Found<>(secret("empty", null, EMPTY)));
    assertExplained(
        Fault.ACCOUNT_EMPTY,
        "Write user name and password into the entry ghcr.io of Secret empty: kubelets find neither in it.",
        failed("app", DENIED),
        "empty");
    secrets.put("pull", new Lookup.Found<>(secret("pull", null, "ghcr.io")));
    assertExplained(
        Fault.ACCOUNT_REFUSED,
        "Renew the account for ghcr.io in Secret pull, or have it allowed to pull ghcr.io/team/app: the registry refuses it.",
        failed("app", DENIED),
        "empty",
        "pull");
  }

  @Test
  void whatWaitsForSomethingElseHasItsImage() {
    var report =
        explain(
            List.of(
                new Container(
                    "app", "nginx", ImageState.PULLED, "CreateContainerConfigError", null)));
    assertThat(report.fault()).isNull();
    assertThat(report.advice())
        .isEqualTo(
            "See why container app waits (CreateContainerConfigError): all images are there.");
  }

  @Test
  void faultsAreLookedForInTheirOrder() {
    assertThat(ImageChecks.order()).containsExactly(Fault.values());
  }

  @Test
  void theLastLineIsAboutTheFaultThatStandsFirst() {
    var report =
        explain(
            List.of(
                failed("app", DENIED),
                failed("side", "x509: certificate signed by unknown authority"),
                new Container("done", "nginx", ImageState.PULLED, null, null)));
    assertThat(report.containers())
        .extracting(PodReport.OfContainer::fault)
        .containsExactly(Fault.NO_PULL_SECRET, Fault.CERTIFICATE, null);
    assertThat(report.fault()).isEqualTo(Fault.CERTIFICATE);
    assertThat(report.advice())
        .isEqualTo("Have the node trust the certificate of ghcr.io; no account helps.");
  }

  @Test
  void anImageThatCantBeReadAndOneThatIsNeverPulled() {
    assertExplained(
        Fault.IMAGE_UNREADABLE,
        "Correct the image of container app: kubelets can't read \"ghcr.io/Team/app\" as the name of an image.",
        new Container("app", "ghcr.io/Team/app", ImageState.FAILED, "InvalidImageName", "x"));
    assertExplained(
        Fault.NEVER_PULLED,
        "Bring ghcr.io/team/app:1 onto the node, or set another imagePullPolicy: with Never it is not pulled.",
        new Container("app", "ghcr.io/team/app:1", ImageState.FAILED, "ErrImageNeverPull", "x"));
  }

  private PodReport assertExplained(
      Fault fault, String advice, Container container, String... pullSecrets) {
    var report = explain(List.of(container), pullSecrets);
    assertThat(report.advice()).isEqualTo(advice);
    assertThat(report.fault()).isEqualTo(fault);
    return report;
  }

  private PodReport explain(List<Container> containers, String... pullSecrets) {
    return PodExplainer.explain(
        new PodObservation(
            new ObservedPod(
                "team", "web", "default", isControlled, List.of(pullSecrets), containers),
            ofServiceAccount,
            secrets,
            credentials,
            clusterCredentials,
            isWithoutEvents));
  }

  private static Container failed(String name, String message) {
    return new Container(
        name, "ghcr.io/team/app:1", ImageState.FAILED, "ImagePullBackOff", message);
  }

  private static Lookup<List<ObservedCredential>> found(ObservedCredential credential) {
    return new Lookup.Found<>(List.of(credential));
  }

  private ObservedCredential credential(
      CredentialRef ref, String secret, String server, String reason, String message) {
    return credential(ref, secret, server, reason, message, null);
  }

  private ObservedCredential attachedToPods(CredentialRef ref, String secret, String server) {
    return credential(ref, secret, server, "Active", "It holds the entry.", Instant.EPOCH);
  }

  private ObservedCredential credential(
      CredentialRef ref,
      String secret,
      String server,
      String reason,
      String message,
      @Nullable Instant attached) {
    var ready =
        new Condition(
            "Ready",
            reason.equals("Active") ? Condition.TRUE : Condition.FALSE,
            1L,
            Instant.EPOCH,
            reason,
            message);
    return new ObservedCredential(
        ref,
        spec,
        new CredentialStatusBuilder()
            .state(LifecycleState.ACTIVE, 1)
            .conditions(ready)
            .podsAttachedTime(attached)
            .serverAddress(server)
            .secretName(secret)
            .build());
  }

  private static CredentialSpec spec(
      List<String> accounts, @Nullable LabelSelector selector, Attach attach) {
    return new CredentialSpecBuilder("main")
        .serviceAccounts(accounts)
        .serviceAccountSelector(selector)
        .attach(attach)
        .build();
  }

  private static ObservedSecret secret(String name, @Nullable CredentialRef keeper, String server) {
    return secret(
        name,
        keeper,
        "{\"auths\":{\"%s\":{\"username\":\"robot\",\"password\":\"p\"}}}"
            .formatted(server)
            .getBytes(UTF_8));
  }

  private static ObservedSecret secret(
      String name, @Nullable CredentialRef keeper, byte[] content) {
    return new ObservedSecret(
        name,
        "kubernetes.io/dockerconfigjson",
        Map.of(".dockerconfigjson", Base64.getEncoder().encodeToString(content)),
        keeper == null ? Map.of() : Map.of(Labels.MANAGED, "true"),
        keeper == null
            ? Map.of()
            : Map.of(
                Labels.CONTRIBUTORS,
                "[{\"kind\":\"%s\",\"name\":\"%s\"}]".formatted(keeper.kind(), keeper.name())));
  }
}
