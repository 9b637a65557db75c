@NullMarked
package dev.bulwark.access;

import org.jspecify.annotations.NullMarked;
