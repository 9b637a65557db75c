@NullMarked
package dev.bulwark.analysis.compare;

import org.jspecify.annotations.NullMarked;
