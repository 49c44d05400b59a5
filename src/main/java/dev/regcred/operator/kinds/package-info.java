/**
 * The kinds that the operator reads, as the client reads them: our four custom resources, and as
 * much of Secrets, ServiceAccounts and namespaces as is kept. Here is what bounds the memory that
 * one object may take.
 */
@NullMarked
package dev.regcred.operator.kinds;

import org.jspecify.annotations.NullMarked;
