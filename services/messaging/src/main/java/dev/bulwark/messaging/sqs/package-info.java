/**
 * SQS: queues whose messages survive the process, with what can be received kept in memory.
 *
 * @see <a href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/">API</a>
 */
@NullMarked
package dev.bulwark.messaging.sqs;

import org.jspecify.annotations.NullMarked;
