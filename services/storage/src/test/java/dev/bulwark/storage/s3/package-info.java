@NullMarked
package dev.bulwark.storage.s3;

import org.jspecify.annotations.NullMarked;
