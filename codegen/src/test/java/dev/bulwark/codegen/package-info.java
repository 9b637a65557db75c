@NullMarked
package dev.bulwark.codegen;

import org.jspecify.annotations.NullMarked;
