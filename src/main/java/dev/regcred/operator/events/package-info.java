/** The Events that are written (events.k8s.io/v1). */
@NullMarked
package dev.regcred.operator.events;

import org.jspecify.annotations.NullMarked;
