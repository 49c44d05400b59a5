/** What can go wrong between the operator and the API server, brought about on purpose. */
@NullMarked
package dev.regcred.testkit.faults;

import org.jspecify.annotations.NullMarked;
