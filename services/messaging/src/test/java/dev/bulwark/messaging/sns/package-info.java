/** SNS as its clients and subscribers see it. */
@NullMarked
package dev.bulwark.messaging.sns;

import org.jspecify.annotations.NullMarked;
