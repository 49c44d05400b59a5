package dev.regcred.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the Secrets that the operator leaves to their users with the account in it, by {@code
 * deletionPolicy: Retain} or because they were adopted. They may have the password after such a
 * test although they carry no mark any more; all other Secrets that the operator wrote must not.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface HandsBack {
  /** The names of these Secrets, in whichever namespace. */
  String[] value();
}
