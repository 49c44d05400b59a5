/**
 * Why a Pod does not get its images: what a kubelet makes of its pull Secrets, read with {@code
 * dockerconfig}, what it said last, and what to do. Pure, and no value of a Secret is in what comes
 * out.
 */
@NullMarked
package dev.regcred.diagnosis;

import org.jspecify.annotations.NullMarked;
