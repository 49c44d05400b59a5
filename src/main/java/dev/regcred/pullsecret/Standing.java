package dev.regcred.pullsecret;

/** What became of a {@link Claim}. */
public sealed interface Standing {
  /** The Secret holds an entry of it under that server. */
  record Holds(String server) implements Standing {}

  /** It asks for no entry, or has none that could stay. */
  record Without() implements Standing {}

  /** Another credential has the entry of that server. */
  record Claimed(String server, Contributor winner) implements Standing {}

  /** There is no room for it. */
  record TooLarge() implements Standing {}
}
