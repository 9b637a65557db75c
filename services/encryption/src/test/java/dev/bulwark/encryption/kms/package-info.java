@NullMarked
package dev.bulwark.encryption.kms;

import org.jspecify.annotations.NullMarked;
