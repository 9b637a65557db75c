@NullMarked
package dev.bulwark.identity.iam;

import org.jspecify.annotations.NullMarked;
