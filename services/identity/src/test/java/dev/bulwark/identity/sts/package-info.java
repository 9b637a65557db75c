@NullMarked
package dev.bulwark.identity.sts;

import org.jspecify.annotations.NullMarked;
