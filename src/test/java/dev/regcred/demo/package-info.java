/** What a user sees, told by the real thing: {@code mvn -Pdemo}. */
@NullMarked
package dev.regcred.demo;

import org.jspecify.annotations.NullMarked;
