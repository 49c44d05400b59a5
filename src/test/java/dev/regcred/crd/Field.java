package dev.regcred.crd;

/**
 * What a schema and a Java type both say of a place.
 *
 * @param form object, map, list, integer, string, date-time or enum
 * @param required whether it is always there
 */
record Field(String form, boolean required) {}
