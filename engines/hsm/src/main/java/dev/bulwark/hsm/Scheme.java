package dev.bulwark.hsm;

/** How a digest is signed. */
public enum Scheme {
  /** The signature is r and s, each as long as the curve's order. */
  ECDSA,
  RSA_PKCS1,
  /** With a salt as long as the digest. */
  RSA_PSS
}
