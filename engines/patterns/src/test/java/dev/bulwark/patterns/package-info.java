/** Patterns against documents. */
@NullMarked
package dev.bulwark.patterns;

import org.jspecify.annotations.NullMarked;
