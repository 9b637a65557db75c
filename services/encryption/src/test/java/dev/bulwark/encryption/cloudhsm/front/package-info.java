@NullMarked
package dev.bulwark.encryption.cloudhsm.front;

import org.jspecify.annotations.NullMarked;
