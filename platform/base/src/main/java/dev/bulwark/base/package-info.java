/**
 * What every module stands on: the clock, randomness and identifiers, account ids, regions, ARNs.
 */
@NullMarked
package dev.bulwark.base;

import org.jspecify.annotations.NullMarked;
