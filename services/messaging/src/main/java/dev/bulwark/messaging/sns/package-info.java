/**
 * SNS: topics, and who is told what is published to them.
 *
 * @see <a href="https://docs.aws.amazon.com/sns/latest/api/">API</a>
 */
@NullMarked
package dev.bulwark.messaging.sns;

import org.jspecify.annotations.NullMarked;
