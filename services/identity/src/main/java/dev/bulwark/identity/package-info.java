/** Who there is and what they may: IAM and STS, put together. */
@NullMarked
package dev.bulwark.identity;

import org.jspecify.annotations.NullMarked;
