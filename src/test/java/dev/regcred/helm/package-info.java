/** The chart and the plain manifests: real Helm and kustomize, on a real API server. */
@NullMarked
package dev.regcred.helm;

import org.jspecify.annotations.NullMarked;
