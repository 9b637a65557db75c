/** The languages of CloudWatch Logs. */
@NullMarked
package dev.bulwark.logs;

import org.jspecify.annotations.NullMarked;
