@NullMarked
package dev.bulwark.encryption.cloudhsm;

import org.jspecify.annotations.NullMarked;
