/** Who outside a zone of trust, or in public, a resource's policy lets in. */
@NullMarked
package dev.bulwark.analysis.access;

import org.jspecify.annotations.NullMarked;
