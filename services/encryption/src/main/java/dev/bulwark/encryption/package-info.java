/** Keys and what is encrypted with them. */
@NullMarked
package dev.bulwark.encryption;

import org.jspecify.annotations.NullMarked;
