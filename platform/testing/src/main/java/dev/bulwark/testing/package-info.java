/** What tests of services share; never a part of the program. */
@NullMarked
package dev.bulwark.testing;

import org.jspecify.annotations.NullMarked;
