/** The effects: reading the cluster, writing to it, and telling what went wrong. */
@NullMarked
package dev.regcred.cluster;

import org.jspecify.annotations.NullMarked;
