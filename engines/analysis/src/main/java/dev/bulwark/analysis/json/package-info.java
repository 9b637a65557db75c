/** JSON with its places in the text, for messages that point at what they mean. */
@NullMarked
package dev.bulwark.analysis.json;

import org.jspecify.annotations.NullMarked;
