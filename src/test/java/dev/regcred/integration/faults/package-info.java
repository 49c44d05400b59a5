/** What can go wrong between the operator and the API server, brought about on purpose. */
@NullMarked
package dev.regcred.integration.faults;

import org.jspecify.annotations.NullMarked;
