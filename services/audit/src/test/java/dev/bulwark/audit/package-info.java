/** What the tests of this module share. */
@NullMarked
package dev.bulwark.audit;

import org.jspecify.annotations.NullMarked;
