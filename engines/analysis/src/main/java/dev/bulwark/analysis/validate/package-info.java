/**
 * Access Analyzer's policy checks. Start at {@link dev.bulwark.analysis.validate.PolicyValidator}.
 */
@NullMarked
package dev.bulwark.analysis.validate;

import org.jspecify.annotations.NullMarked;
