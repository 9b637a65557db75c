/**
 * IAM Access Analyzer: validates and compares policies, finds access from outside and access that
 * nobody uses, makes policies of what was done. The reasoning is {@code dev.bulwark.analysis}'s.
 *
 * <p>Start at {@link dev.bulwark.identity.accessanalyzer.AccessAnalyzerService}, the table of
 * operations.
 */
@NullMarked
package dev.bulwark.identity.accessanalyzer;

import org.jspecify.annotations.NullMarked;
