package dev.regcred.dockerconfig;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.regcred.testcluster.KubeletKeyring;
import dev.regcred.testcluster.KubeletKeyring.Question;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Our keyring beside the kubelet's own code, over generated pairs of a config and an image. */
class KeyringIT {
  private static final KubeletKeyring KUBELET = KubeletKeyring.load();
  private static final int PAIRS = Integer.getInteger("regcred.keyring.pairs", 5_000);

  /** How many questions one start of the program answers. */
  private static final int BATCH = 10_000;

  /** One of the config's keys is its server, and the image is one that is near to it. */
  record Pair(List<String> servers, String image) {
    Question question() {
      var auths = new LinkedHashMap<String, String>();
      for (int i = 0; i < servers.size(); i++) {
        auths.put(servers.get(i), new DockerConfigEntry("u" + i, "p", "").toJson());
      }
      return new Question(
          new String(new DockerConfigJson(auths, Map.of()).toBytes(), UTF_8), image);
    }
  }

  @Test
  void triesWhatAKubeletTries() {
    long seed = Long.getLong("regcred.keyring.seed", System.nanoTime());
    var pairs = new KeyringPairs(new Random(seed));
    var matched = 0;
    var ordered = 0;
    var differences = new ArrayList<String>();
    for (int done = 0; done < PAIRS; done += BATCH) {
      var batch =
          IntStream.range(0, Math.min(BATCH, PAIRS - done)).mapToObj(_ -> pairs.next()).toList();
      var answers = KUBELET.ask(batch.stream().map(Pair::question).toList());
      assertThat(answers).hasSameSizeAs(batch);
      for (int i = 0; i < batch.size(); i++) {
        var pair = batch.get(i);
        var theirs =
            answers.get(i).matches().stream()
                .map(account -> Integer.parseInt(account.username().substring(1)))
                .map(pair.servers()::get)
                .toList();
        var ours = Keyring.of(pair.servers()).lookup(pair.image());
        matched += theirs.isEmpty() ? 0 : 1;
        ordered += theirs.size() > 1 ? 1 : 0;
        if (!places(ours).equals(places(theirs)) || !sorted(ours).equals(sorted(theirs))) {
          differences.add("%s: %s, and a kubelet %s".formatted(pair, ours, theirs));
        }
      }
    }
    System.out.printf(
        "%s pairs of config and image (seed %s): %s with an account, %s with several, %s"
            + " differences%n",
        PAIRS, seed, matched, ordered, differences.size());
    assertThat(differences).as("seed %s", seed).isEmpty();
    // Else nothing is compared.
    assertThat(matched).isBetween(PAIRS / 5, 4 * PAIRS / 5);
    assertThat(ordered).isGreaterThan(PAIRS / 20);
  }

  /** Those of one place come in no fixed order from a map of Go. */
  private static List<String> places(List<String> servers) {
    return servers.stream().map(server -> Keyring.place(server).orElseThrow()).toList();
  }

  private static List<String> sorted(List<String> servers) {
    return servers.stream().sorted().toList();
  }
}
