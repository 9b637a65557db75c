/** Where Bulwark goes on somebody's behalf, and where not. */
@NullMarked
package dev.bulwark.outgoing;

import org.jspecify.annotations.NullMarked;
