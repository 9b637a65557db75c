package dev.bulwark.identity.sts;

import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** A SAML identity provider, which signs with the key that its metadata tell. */
public final class SamlIdp {
  static final String ENTITY_ID = "https://idp.example.com/saml";
  static final String ENDPOINT = "https://signin.aws.amazon.com/saml";
  static final String AWS = "https://aws.amazon.com/SAML/Attributes/";

  private static final String ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion";

  Instant now;
  String issuer = ENTITY_ID;
  String audience = ENDPOINT;
  String recipient = ENDPOINT;
  String subject = "carol";
  String status = "Success";
  String extraInAssertion = "";
  final Map<String, List<String>> attributes = new LinkedHashMap<>();

  SamlIdp(Instant now, String roleArn, String providerArn) {
    this.now = now;
    attributes.put(AWS + "Role", List.of(roleArn + "," + providerArn));
    attributes.put(AWS + "RoleSessionName", List.of("carol@example.com"));
  }

  public static String metadata() {
    try {
      return """
          <?xml version="1.0" encoding="UTF-8"?>
          <EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="%s">
            <IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
              <KeyDescriptor use="signing">
                <KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data><X509Certificate>%s</X509Certificate></X509Data></KeyInfo>
              </KeyDescriptor>
              <SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/>
            </IDPSSODescriptor>
          </EntityDescriptor>
          """
          .formatted(
              ENTITY_ID,
              Base64.getMimeEncoder().encodeToString(TestKeys.certificate("saml").getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new AssertionError(e);
    }
  }

  private String assertion(String id) {
    var statement = new StringBuilder();
    attributes.forEach(
        (name, values) -> {
          statement.append("<saml:Attribute Name=\"").append(name).append("\">");
          values.forEach(
              value ->
                  statement
                      .append("<saml:AttributeValue>")
                      .append(value)
                      .append("</saml:AttributeValue>"));
          statement.append("</saml:Attribute>");
        });
    return """
        <saml:Assertion xmlns:saml="%s" ID="%s" Version="2.0" IssueInstant="%s"><saml:Issuer>%s</saml:Issuer>\
        <saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">%s</saml:NameID>\
        <saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">\
        <saml:SubjectConfirmationData NotOnOrAfter="%s" Recipient="%s"/></saml:SubjectConfirmation></saml:Subject>\
        <saml:Conditions NotBefore="%s" NotOnOrAfter="%s"><saml:AudienceRestriction><saml:Audience>%s</saml:Audience>\
        </saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="%s"/>%s\
        <saml:AttributeStatement>%s</saml:AttributeStatement></saml:Assertion>"""
        .formatted(
            ASSERTION,
            id,
            now,
            issuer,
            subject,
            now.plusSeconds(300),
            recipient,
            now.minusSeconds(30),
            now.plusSeconds(300),
            audience,
            now,
            extraInAssertion,
            statement);
  }

  /** A response around what stands for its assertion. */
  String response(String content) {
    return """
        <samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="%s" ID="_response" Version="2.0" IssueInstant="%s">\
        <saml:Issuer>%s</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:%s"/></samlp:Status>%s</samlp:Response>"""
        .formatted(ASSERTION, now, issuer, status, content);
  }

  String unsignedAssertion() {
    return assertion("_assertion");
  }

  String signedAssertion() {
    return write(sign(parse(assertion("_assertion")), "saml"));
  }

  String withSignedAssertion() {
    return encode(response(signedAssertion()));
  }

  String withSignedResponse() {
    return encode(write(sign(parse(response(unsignedAssertion())), "saml")));
  }

  static String encode(String xml) {
    return Base64.getEncoder().encodeToString(xml.getBytes(StandardCharsets.UTF_8));
  }

  static Document parse(String xml) {
    try {
      return DocumentBuilderFactory.newDefaultNSInstance()
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new AssertionError(xml, e);
    }
  }

  static String write(Document document) {
    try {
      var out = new StringWriter();
      var transformer = TransformerFactory.newDefaultInstance().newTransformer();
      transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
      transformer.transform(new DOMSource(document), new StreamResult(out));
      return out.toString();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Signs the root of a document, as SAML wants it: enveloped, exclusively canonicalized. */
  static Document sign(Document document, String keyAlias) {
    try {
      var factory = XMLSignatureFactory.getInstance("DOM");
      Element root = document.getDocumentElement();
      root.setIdAttribute("ID", true);
      var reference =
          factory.newReference(
              "#" + root.getAttribute("ID"),
              factory.newDigestMethod(DigestMethod.SHA256, null),
              List.of(
                  factory.newTransform(Transform.ENVELOPED, (TransformParameterSpec) null),
                  factory.newTransform(
                      CanonicalizationMethod.EXCLUSIVE, (TransformParameterSpec) null)),
              null,
              null);
      var info =
          factory.newSignedInfo(
              factory.newCanonicalizationMethod(
                  CanonicalizationMethod.EXCLUSIVE, (C14NMethodParameterSpec) null),
              factory.newSignatureMethod("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", null),
              List.of(reference));
      var context =
          new DOMSignContext(
              TestKeys.privateKey(keyAlias), root, root.getFirstChild().getNextSibling());
      context.setDefaultNamespacePrefix("ds");
      factory.newXMLSignature(info, null).sign(context);
      return document;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Encrypts an assertion with AES-256-GCM, and its key with RSA-OAEP. */
  static String encrypted(String assertion, RSAPublicKey key) {
    try {
      var generator = KeyGenerator.getInstance("AES");
      generator.init(256);
      var contentKey = generator.generateKey();
      var nonce = new byte[12];
      new SecureRandom().nextBytes(nonce);
      var cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(Cipher.ENCRYPT_MODE, contentKey, new GCMParameterSpec(128, nonce));
      var sealed = cipher.doFinal(assertion.getBytes(StandardCharsets.UTF_8));
      var value = new byte[nonce.length + sealed.length];
      System.arraycopy(nonce, 0, value, 0, nonce.length);
      System.arraycopy(sealed, 0, value, nonce.length, sealed.length);
      var wrap = Cipher.getInstance("RSA/ECB/OAEPPadding");
      wrap.init(
          Cipher.ENCRYPT_MODE,
          key,
          new OAEPParameterSpec(
              "SHA-256", "MGF1", MGF1ParameterSpec.SHA1, PSource.PSpecified.DEFAULT));
      return """
          <saml:EncryptedAssertion xmlns:saml="%s"><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#" Type="http://www.w3.org/2001/04/xmlenc#Element">\
          <xenc:EncryptionMethod Algorithm="http://www.w3.org/2009/xmlenc11#aes256-gcm"/><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xenc:EncryptedKey>\
          <xenc:EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p"><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/></xenc:EncryptionMethod>\
          <xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>\
          <xenc:CipherData><xenc:CipherValue>%s</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"""
          .formatted(
              ASSERTION,
              Base64.getEncoder().encodeToString(wrap.doFinal(contentKey.getEncoded())),
              Base64.getEncoder().encodeToString(value));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
