/**
 * Who calls, and whether they may: Signature Version 4, principals, and authorization by the policy
 * engine.
 */
@NullMarked
package dev.bulwark.access;

import org.jspecify.annotations.NullMarked;
