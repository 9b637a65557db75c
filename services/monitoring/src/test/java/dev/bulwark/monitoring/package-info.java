/** What the tests of this module share. */
@NullMarked
package dev.bulwark.monitoring;

import org.jspecify.annotations.NullMarked;
