/**
 * The test kit brings up what an integration test needs (an operator in this process or in one of
 * its own, namespaces and objects) and checks, after each of them, what holds of every test.
 */
@NullMarked
package dev.regcred.testkit;

import org.jspecify.annotations.NullMarked;
