/** SQS, SNS and EventBridge as their clients see them. */
@NullMarked
package dev.bulwark.messaging;

import org.jspecify.annotations.NullMarked;
