/** SQS as its clients see it. */
@NullMarked
package dev.bulwark.messaging.sqs;

import org.jspecify.annotations.NullMarked;
