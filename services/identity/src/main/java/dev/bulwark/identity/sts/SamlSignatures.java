package dev.bulwark.identity.sts;

import dev.bulwark.identity.federation.SamlNames;
import dev.bulwark.identity.federation.SecureXml;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import javax.xml.crypto.KeySelector;
import javax.xml.crypto.MarshalException;
import javax.xml.crypto.dsig.Reference;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignature;
import javax.xml.crypto.dsig.XMLSignatureException;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMValidateContext;
import org.w3c.dom.Element;

/**
 * XML signatures as SAML uses them: enveloped, over the element that holds them and no other. A
 * signature counts for that element alone, and only for a document in which no other has its ID, so
 * that nothing can be wrapped around what was signed. Which key signed is the provider's metadata's
 * to say, never the signature's.
 *
 * @see <a href="https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf">SAML 2.0 core,
 *     section 5.4</a>
 */
final class SamlSignatures {
  private static final Set<String> TRANSFORMS =
      Set.of(
          Transform.ENVELOPED,
          "http://www.w3.org/2001/10/xml-exc-c14n#",
          "http://www.w3.org/2001/10/xml-exc-c14n#WithComments");
  private static final int MOST_TRANSFORMS = 2;

  private SamlSignatures() {}

  /** Whether an element has a signature, good or bad. */
  static boolean isSigned(Element element) {
    return !SecureXml.children(element, SamlNames.SIGNATURE, "Signature").isEmpty();
  }

  /** Whether an element's one signature was made over just it, by the owner of a certificate. */
  static boolean isValid(Element element, List<X509Certificate> certificates) {
    var signatures = SecureXml.children(element, SamlNames.SIGNATURE, "Signature");
    if (signatures.size() != 1
        || element.getAttribute("ID").isEmpty()
        || !SecureXml.hasUniqueIds(element.getOwnerDocument())) {
      return false;
    }
    return certificates.stream()
        .anyMatch(certificate -> isValid(element, signatures.getFirst(), certificate));
  }

  private static boolean isValid(Element element, Element signature, X509Certificate certificate) {
    var context =
        new DOMValidateContext(
            KeySelector.singletonKeySelector(certificate.getPublicKey()), signature);
    context.setProperty("org.jcp.xml.dsig.secureValidation", true);
    context.setIdAttributeNS(element, null, "ID");
    try {
      var parsed = XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(context);
      return coversOnly(parsed, element) && parsed.validate(context);
    } catch (MarshalException | XMLSignatureException | RuntimeException e) {
      // Whatever is wrong with it: it proves nothing.
      return false;
    }
  }

  private static boolean coversOnly(XMLSignature signature, Element element) {
    var references = signature.getSignedInfo().getReferences();
    return references.size() == 1
        && signature.getObjects().isEmpty()
        && covers(references.getFirst(), element.getAttribute("ID"));
  }

  private static boolean covers(Reference reference, String id) {
    var transforms = reference.getTransforms();
    return ("#" + id).equals(reference.getURI())
        && transforms.size() <= MOST_TRANSFORMS
        && transforms.stream().allMatch(each -> TRANSFORMS.contains(each.getAlgorithm()));
  }
}
