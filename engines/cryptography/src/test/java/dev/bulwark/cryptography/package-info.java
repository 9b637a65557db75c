@NullMarked
package dev.bulwark.cryptography;

import org.jspecify.annotations.NullMarked;
