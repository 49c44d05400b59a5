package dev.regcred.migration;

import dev.regcred.diagnosis.Redacted;
import dev.regcred.dockerconfig.ServerAddress;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pull Secret that was read, without its values.
 *
 * @param namespace its namespace
 * @param name its name
 * @param resourceVersion the version that was read
 * @param isKept whether the operator keeps it already; its entries are those of other people then
 * @param keeper the program that writes it; null where people do
 * @param refusal why it can't be taken over, as the end of the sentence "Secret x ..."; null where
 *     it can
 * @param entries the accounts that can be declared, a server each
 * @param findings what is worth a word, and what is left out
 */
public record ImportedSecret(
    String namespace,
    String name,
    String resourceVersion,
    boolean isKept,
    @Nullable Keeper keeper,
    @Nullable String refusal,
    List<Entry> entries,
    List<Finding> findings) {
  /**
   * An account.
   *
   * @param key the key of the entry, as it stands
   * @param address the server that it is about
   * @param account a digest of user name and password, by which two of them are compared
   * @param isToken whether the user name is one that stands beside tokens of a few hours
   */
  public record Entry(String key, ServerAddress address, String account, boolean isToken) {
    /** What {@code dockerConfigRef.server} takes. */
    private static final Pattern SERVER = Pattern.compile("[!-?A-~]{1,512}");

    /**
     * Whether the key of an entry may stand in a manifest: it may be a URL with an account in it.
     * The canonical address finds the entry as well.
     */
    static boolean isShown(String key) {
      return SERVER.matcher(key).matches() && Redacted.server(key).equals(key);
    }
  }

  /** Whether it stays as it is, and what it holds is read from it. */
  public boolean isSource() {
    return isKeptBy(Keeper.Role.SOURCE) || entries.stream().anyMatch(Entry::isToken);
  }

  /** Whether it is taken over, so that what names it need not be changed. */
  public boolean isAdopted() {
    return refusal == null && !isSource();
  }

  /** Whether such a program writes it. */
  public boolean isKeptBy(Keeper.Role role) {
    return keeper != null && keeper.role() == role;
  }

  /** How sentences name it. */
  public String title() {
    return "Secret %s/%s".formatted(namespace, name);
  }
}
