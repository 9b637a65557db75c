@NullMarked
package dev.bulwark.identity.organizations;

import org.jspecify.annotations.NullMarked;
