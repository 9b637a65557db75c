@NullMarked
package dev.bulwark.identity.accessanalyzer;

import org.jspecify.annotations.NullMarked;
