/**
 * What is kept: the {@link dev.bulwark.state.Store} of typed tables, the {@link
 * dev.bulwark.state.Sealer} for secrets at rest, and the {@link dev.bulwark.state.BlobStore} for
 * large bytes.
 */
@NullMarked
package dev.bulwark.state;

import org.jspecify.annotations.NullMarked;
