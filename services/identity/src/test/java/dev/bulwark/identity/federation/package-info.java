@NullMarked
package dev.bulwark.identity.federation;

import org.jspecify.annotations.NullMarked;
