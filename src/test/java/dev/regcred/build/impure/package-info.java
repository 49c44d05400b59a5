/** What the rules of the source must refuse, one thing in each class. */
@NullMarked
package dev.regcred.build.impure;

import org.jspecify.annotations.NullMarked;
