/**
 * What an administrator watches the operator by: the alert rules and the dashboard that ship,
 * judged by Prometheus itself, and the JSON log. docs/monitoring has the manual.
 */
@NullMarked
package dev.regcred.monitoring;

import org.jspecify.annotations.NullMarked;
