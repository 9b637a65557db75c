/** What policies allow, as sets: comparison with other policies and with lists of actions. */
@NullMarked
package dev.bulwark.analysis.compare;

import org.jspecify.annotations.NullMarked;
