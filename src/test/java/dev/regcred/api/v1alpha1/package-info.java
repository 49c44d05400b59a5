/** What the types of the API mean. */
@NullMarked
package dev.regcred.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
