@NullMarked
package dev.bulwark.audit.cloudtrail;

import org.jspecify.annotations.NullMarked;
