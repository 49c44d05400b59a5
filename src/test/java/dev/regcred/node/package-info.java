/**
 * The whole product on a real node, told as a story: {@code mvn -Pnode}. docs/node.md is its
 * manual. {@link dev.regcred.node.NodeRun} looks whether the machine has what it takes and goes
 * into namespaces of its own; {@link dev.regcred.node.NodeStory} tells the story there.
 */
@NullMarked
package dev.regcred.node;

import org.jspecify.annotations.NullMarked;
