/**
 * Key tokens of SoftHSM2 over PKCS#11: keys come into being in a token and never leave it. This is
 * software; it claims no certification and no resistance to tampering.
 */
@NullMarked
package dev.bulwark.hsm;

import org.jspecify.annotations.NullMarked;
