/** Policies made from what was done. */
@NullMarked
package dev.bulwark.analysis.generate;

import org.jspecify.annotations.NullMarked;
