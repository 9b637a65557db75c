/** How fast the policy engine parses, indexes and decides. */
@NullMarked
package dev.bulwark.benchmarks.policy;

import org.jspecify.annotations.NullMarked;
