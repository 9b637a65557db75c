/**
 * The AWS wire: HTTP messages, routing to operations, and one walker over the generated shapes for
 * each protocol.
 */
@NullMarked
package dev.bulwark.wire;

import org.jspecify.annotations.NullMarked;
