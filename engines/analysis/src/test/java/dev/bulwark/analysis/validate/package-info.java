@NullMarked
package dev.bulwark.analysis.validate;

import org.jspecify.annotations.NullMarked;
