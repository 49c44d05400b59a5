/**
 * The form of the log, and what of the libraries' messages is left out or said in a line. Named in
 * logback.xml.
 */
@NullMarked
package dev.regcred.operator.log;

import org.jspecify.annotations.NullMarked;
