/** Data protection policies of CloudWatch Logs: what in a message is sensitive, and its masking. */
@NullMarked
package dev.bulwark.logs.protection;

import org.jspecify.annotations.NullMarked;
