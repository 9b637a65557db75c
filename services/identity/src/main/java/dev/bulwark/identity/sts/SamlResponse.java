package dev.bulwark.identity.sts;

import dev.bulwark.identity.federation.SamlNames;
import dev.bulwark.identity.federation.SecureXml;
import dev.bulwark.identity.iam.IdentityProviders.SamlProvider;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * A SAML authentication response: finds the one assertion in it that its provider signed, and hands
 * out nothing else.
 *
 * @see <a href="https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf">SAML 2.0
 *     core</a>
 */
final class SamlResponse {
  private static final String SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success";
  private static final String ENCRYPTION_REQUIRED = "Required";

  private SamlResponse() {}

  /**
   * The assertion that a provider signed, itself or within its response.
   *
   * @throws dev.bulwark.schema.ApiException InvalidIdentityToken, IDPRejectedClaim
   */
  static Element verified(String base64, SamlProvider provider) {
    var response = parse(base64);
    var assertion = onlyAssertion(response);
    var certificates = provider.metadata().certificates();
    var root = response.getDocumentElement();
    if (SamlSignatures.isSigned(root) && !SamlSignatures.isValid(root, certificates)) {
      throw StsErrors.samlSignature();
    }
    requireSuccess(root);
    var plain = plain(assertion, provider);
    if (SamlSignatures.isSigned(plain)
        ? !SamlSignatures.isValid(plain, certificates)
        : !SamlSignatures.isSigned(root)) {
      throw StsErrors.samlSignature();
    }
    return plain;
  }

  private static Document parse(String base64) {
    try {
      var response =
          SecureXml.parse(
              Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII)));
      if (!SecureXml.is(response.getDocumentElement(), SamlNames.PROTOCOL, "Response")) {
        throw StsErrors.unreadableSamlResponse();
      }
      return response;
    } catch (IllegalArgumentException e) {
      throw StsErrors.unreadableSamlResponse();
    }
  }

  /** There is one assertion in the whole document, and it stands where it belongs. */
  private static Element onlyAssertion(Document response) {
    var root = response.getDocumentElement();
    var anywhere =
        SecureXml.all(root).stream()
            .filter(
                element ->
                    SecureXml.is(element, SamlNames.ASSERTION, "Assertion")
                        || SecureXml.is(element, SamlNames.ASSERTION, "EncryptedAssertion"))
            .toList();
    if (anywhere.size() != 1 || !anywhere.getFirst().getParentNode().isSameNode(root)) {
      throw StsErrors.unreadableSamlResponse();
    }
    return anywhere.getFirst();
  }

  private static Element plain(Element assertion, SamlProvider provider) {
    if (assertion.getLocalName().equals("Assertion")) {
      if (ENCRYPTION_REQUIRED.equals(provider.record().encryptionMode())) {
        throw StsErrors.samlEncryptionRequired();
      }
      return assertion;
    }
    var plain = SamlDecryption.assertion(assertion, provider.decryption());
    if (!SecureXml.is(plain, SamlNames.ASSERTION, "Assertion")) {
      throw StsErrors.samlDecryption();
    }
    return plain;
  }

  private static void requireSuccess(Element response) {
    var code =
        SecureXml.children(response, SamlNames.PROTOCOL, "Status").stream()
            .flatMap(
                status -> SecureXml.children(status, SamlNames.PROTOCOL, "StatusCode").stream())
            .findFirst()
            .orElseThrow(StsErrors::unreadableSamlResponse)
            .getAttribute("Value");
    if (!code.equals(SUCCESS)) {
      throw StsErrors.samlRejected(code);
    }
  }
}
