@NullMarked
package dev.bulwark.lake;

import org.jspecify.annotations.NullMarked;
