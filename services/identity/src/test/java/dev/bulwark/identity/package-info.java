@NullMarked
package dev.bulwark.identity;

import org.jspecify.annotations.NullMarked;
