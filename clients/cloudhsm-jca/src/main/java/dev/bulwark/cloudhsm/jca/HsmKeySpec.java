package dev.bulwark.cloudhsm.jca;

import java.security.spec.AlgorithmParameterSpec;

/**
 * How a key generator of this provider is to make a key. Without it keys get random names.
 *
 * @param name under which the key is kept, new in the token
 * @param bits of the key, the modulus, or the curve: 256, 384 or 521
 */
public record HsmKeySpec(String name, int bits) implements AlgorithmParameterSpec {}
