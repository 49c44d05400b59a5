package dev.regcred.plan;

import dev.regcred.pullsecret.AttachmentWrite;
import dev.regcred.pullsecret.SecretWrite;

/** One write that a plan asks for. Actions are carried out in order; the first failure ends it. */
public sealed interface Action {
  /** Puts our finalizer on the resource, before anything is written that it has to withdraw. */
  record AddFinalizer() implements Action {}

  /** Takes our finalizer off: nothing of the resource is left to withdraw. */
  record RemoveFinalizer() implements Action {}

  /** Writes a pull Secret. */
  record WriteSecret(SecretWrite write) implements Action {}

  /** Attaches pull Secrets to a ServiceAccount, or detaches them. */
  record WriteAttachment(AttachmentWrite write) implements Action {}
}
