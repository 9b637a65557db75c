@NullMarked
package dev.bulwark.api;

import org.jspecify.annotations.NullMarked;
