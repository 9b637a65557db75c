package dev.bulwark.identity.sts;

/**
 * The issuer of an account's web identity tokens. It stays when it is switched off: tokens that it
 * has given out go on.
 *
 * @param rsa the private key for RS256, a sealed JWK
 * @param ec the private key for ES384, a sealed JWK
 * @param publicKeys both public keys, as a JWK set
 */
record OutboundRecord(
    String accountId, String issuerId, boolean enabled, byte[] rsa, byte[] ec, String publicKeys) {

  OutboundRecord withEnabled(boolean value) {
    return new OutboundRecord(accountId, issuerId, value, rsa, ec, publicKeys);
  }

  /** Leaves out the keys. */
  @Override
  public String toString() {
    return "OutboundRecord[" + issuerId + " of " + accountId + "]";
  }
}
