/** Rates of SNS and SQS, and of matching events with rules. */
@org.jspecify.annotations.NullMarked
package dev.bulwark.benchmarks.messaging;
