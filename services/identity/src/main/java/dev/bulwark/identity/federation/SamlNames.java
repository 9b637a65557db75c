package dev.bulwark.identity.federation;

/** The namespaces of SAML 2.0 and of what it builds on. */
public final class SamlNames {
  public static final String ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";
  public static final String PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol";
  public static final String METADATA = "urn:oasis:names:tc:SAML:2.0:metadata";
  public static final String SIGNATURE = "http://www.w3.org/2000/09/xmldsig#";
  public static final String ENCRYPTION = "http://www.w3.org/2001/04/xmlenc#";

  private SamlNames() {}
}
