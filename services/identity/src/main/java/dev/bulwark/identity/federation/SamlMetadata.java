package dev.bulwark.identity.federation;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * How a SAML provider introduces itself.
 *
 * @param entityId what its assertions name as their issuer
 * @param certificates whose keys sign its assertions, at least one
 * @param validUntil null where the document sets itself no end
 * @see <a href="https://docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf">Metadata
 *     for SAML 2.0</a>
 */
public record SamlMetadata(
    String entityId, List<X509Certificate> certificates, @Nullable Instant validUntil) {
  private static final int MOST_CERTIFICATES = 10;
  private static final int LONGEST_ENTITY_ID = 1024;

  public SamlMetadata {
    certificates = List.copyOf(certificates);
  }

  /**
   * The metadata in a document.
   *
   * @throws IllegalArgumentException where it is none of one identity provider with a certificate
   */
  public static SamlMetadata parse(String document) {
    var root = SecureXml.parse(document).getDocumentElement();
    if (!SecureXml.is(root, SamlNames.METADATA, "EntityDescriptor")) {
      throw new IllegalArgumentException("the document describes no entity");
    }
    var entityId = root.getAttribute("entityID");
    if (entityId.isEmpty() || entityId.length() > LONGEST_ENTITY_ID) {
      throw new IllegalArgumentException("the entity has no ID, or a long one");
    }
    var certificates = new ArrayList<X509Certificate>();
    for (var role : SecureXml.children(root, SamlNames.METADATA, "IDPSSODescriptor")) {
      for (var key : SecureXml.children(role, SamlNames.METADATA, "KeyDescriptor")) {
        if (!key.getAttribute("use").equals("encryption")) {
          addCertificates(key, certificates);
        }
      }
    }
    if (certificates.isEmpty() || certificates.size() > MOST_CERTIFICATES) {
      throw new IllegalArgumentException("the provider has no certificate, or too many");
    }
    return new SamlMetadata(entityId, certificates, time(root, "validUntil"));
  }

  private static void addCertificates(Element key, List<X509Certificate> certificates) {
    for (var element : SecureXml.all(key)) {
      if (SecureXml.is(element, SamlNames.SIGNATURE, "X509Certificate")) {
        certificates.add(certificate(element.getTextContent()));
      }
    }
  }

  private static X509Certificate certificate(String base64) {
    try {
      var der = Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("no certificate", e);
    }
  }

  /**
   * The time in an attribute, null where there is none.
   *
   * @throws IllegalArgumentException where it is no time
   */
  public static @Nullable Instant time(Element element, String attribute) {
    var text = element.getAttribute(attribute).strip();
    if (text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(text + " is no time", e);
    }
  }
}
