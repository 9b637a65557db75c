/**
 * The runtime of the generated API: shapes that describe the wire, structures that carry values,
 * and the operations and errors of each service. Codecs walk shapes; nothing here knows a protocol.
 */
@NullMarked
package dev.bulwark.schema;

import org.jspecify.annotations.NullMarked;
