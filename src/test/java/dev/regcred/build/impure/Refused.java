package dev.regcred.build.impure;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** A class that a rule must refuse. */
@Retention(RetentionPolicy.RUNTIME)
public @interface Refused {
  /** What the rule has to say of it, or a part of that. */
  String value();
}
