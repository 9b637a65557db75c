/**
 * What a key service is made of below its API: algorithms with the fastest provider that works,
 * ciphertexts that name their key, formats of wrapped keys, and the {@link
 * dev.bulwark.cryptography.KeyVault} that keeps key material under a root of trust. Knows no AWS
 * API types, no HTTP and no store.
 */
@NullMarked
package dev.bulwark.cryptography;

import org.jspecify.annotations.NullMarked;
