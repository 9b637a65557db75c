/**
 * Requests that Bulwark makes to addresses that somebody else has named: looked up once, checked,
 * and bounded in time, number and size.
 */
@NullMarked
package dev.bulwark.outgoing;

import org.jspecify.annotations.NullMarked;
