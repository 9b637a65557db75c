/**
 * What policies allow, as sets: comparison with other policies and with lists of actions, and whom
 * they let in from outside.
 */
@NullMarked
package dev.bulwark.analysis.compare;

import org.jspecify.annotations.NullMarked;
