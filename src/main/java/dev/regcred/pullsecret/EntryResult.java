package dev.regcred.pullsecret;

/** A result says what became of an {@link EntryRequest}. */
public sealed interface EntryResult {
  /** The Secret holds an entry of it under that server. */
  record Held(String server) implements EntryResult {}

  /** It asks for no entry, or has none that could stay. */
  record None() implements EntryResult {}

  /** Another credential has the entry of that server. */
  record Claimed(String server, CredentialRef winner) implements EntryResult {}

  /** There is no room for it. */
  record TooLarge() implements EntryResult {}
}
