package dev.regcred.plan.credential;

/** What may be done with the values of a credential, by what its registry says of the account. */
public enum Admission {
  /** They are written: the registry is not asked first, or does not refuse them. */
  PUBLISH,
  /**
   * Its answer is awaited, and what is there stays; or the credential is not the one that is looked
   * at: then what it may write is left to its own pass.
   */
  AWAIT,
  /** It refuses them. They are not written, and what is there stays. */
  KEEP,
  /** It refuses them. They are not written, and where they are they are taken out. */
  WITHHOLD
}
