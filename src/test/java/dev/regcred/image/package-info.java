/** What goes into the container image: {@code mvn -Pimage}. */
@NullMarked
package dev.regcred.image;

import org.jspecify.annotations.NullMarked;
