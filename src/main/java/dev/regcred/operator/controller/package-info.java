/** The pass, the same for each kind: observe, plan, execute, status. */
@NullMarked
package dev.regcred.operator.controller;

import org.jspecify.annotations.NullMarked;
