/**
 * The IAM policy language: parse, validate, compile, evaluate, explain. Pure: no clock, no storage,
 * no AWS API types.
 *
 * <p>Start at {@link dev.bulwark.policy.Policy#parse} and {@link
 * dev.bulwark.policy.PolicyEvaluator#evaluate}.
 */
@NullMarked
package dev.bulwark.policy;

import org.jspecify.annotations.NullMarked;
