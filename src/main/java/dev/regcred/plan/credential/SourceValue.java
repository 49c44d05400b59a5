package dev.regcred.plan.credential;

/** A source value is what reading a user name or a password gave. */
public sealed interface SourceValue {
  /** A value within the rules. */
  record Present(String value) implements SourceValue {
    /** The text has not the value in it. */
    @Override
    public String toString() {
      return "Value[redacted]";
    }
  }

  /** The Secret or the key is not there; its appearance is noticed. */
  record Missing(String message) implements SourceValue {}

  /** The value breaks a rule; a person has to change it. */
  record Invalid(String message) implements SourceValue {}

  /** It was not read because nothing depends on it now. */
  record NotRead() implements SourceValue {}
}
