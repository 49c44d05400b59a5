/**
 * Which cluster and as whom: kubeconfig files as kubectl reads them, or the Pod's ServiceAccount.
 */
@NullMarked
package dev.regcred.operator.kubeconfig;

import org.jspecify.annotations.NullMarked;
