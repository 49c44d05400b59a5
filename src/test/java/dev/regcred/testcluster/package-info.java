/**
 * The cluster that the integration tests and the demo run on: {@link
 * dev.regcred.testcluster.TestClusters} chooses and starts one, {@link
 * dev.regcred.testcluster.SharedCluster} shares one between the tests of a JVM. It knows nothing of
 * the operator. docs/test-cluster.md is its manual.
 */
@NullMarked
package dev.regcred.testcluster;

import org.jspecify.annotations.NullMarked;
