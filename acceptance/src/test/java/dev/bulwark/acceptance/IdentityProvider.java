package dev.bulwark.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.xml.crypto.dsig.CanonicalizationMethod;
import javax.xml.crypto.dsig.DigestMethod;
import javax.xml.crypto.dsig.Transform;
import javax.xml.crypto.dsig.XMLSignatureFactory;
import javax.xml.crypto.dsig.dom.DOMSignContext;
import javax.xml.crypto.dsig.spec.C14NMethodParameterSpec;
import javax.xml.crypto.dsig.spec.TransformParameterSpec;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;

/**
 * An identity provider on this machine: an OpenID Connect issuer behind HTTPS, and a SAML provider
 * with the same key.
 */
final class IdentityProvider implements AutoCloseable {
  private static final char[] PASSWORD = "changeit".toCharArray();
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final String SAML = "urn:oasis:names:tc:SAML:2.0:";
  private static final String ENDPOINT = "https://signin.aws.amazon.com/saml";

  private final KeyStore keys;
  private final HttpsServer server;

  /** With new keys, which are made in a folder. */
  IdentityProvider(Path folder) throws IOException, GeneralSecurityException {
    keys = makeKeys(folder.resolve("idp.p12"));
    var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::answer);
    server.start();
  }

  private static KeyStore makeKeys(Path file) throws IOException, GeneralSecurityException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            "idp",
            "-keyalg",
            "RSA",
            "-keysize",
            "2048",
            "-dname",
            "CN=localhost",
            "-ext",
            "san=dns:localhost",
            "-ext",
            "bc:c",
            "-validity",
            "3650",
            "-storepass",
            new String(PASSWORD),
            "-keystore",
            file.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.onExit().join().exitValue() != 0) {
      throw new IOException(printed);
    }
    return KeyStore.getInstance(file.toFile(), PASSWORD);
  }

  /** The issuer, as tokens name it. */
  String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  /** The same as ARNs and condition keys have it. */
  String name() {
    return url().substring("https://".length());
  }

  /** Its certificate, as a file in PEM. */
  Path certificate(Path file) throws IOException, GeneralSecurityException {
    return Files.writeString(
        file,
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(certificate().getEncoded())
            + "\n-----END CERTIFICATE-----\n");
  }

  private X509Certificate certificate() throws GeneralSecurityException {
    return (X509Certificate) keys.getCertificate("idp");
  }

  private PrivateKey key() throws GeneralSecurityException {
    return (PrivateKey) keys.getKey("idp", PASSWORD);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var document = document(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(document.length == 0 ? 404 : 200, document.length);
      exchange.getResponseBody().write(document);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  private String document(String path) throws GeneralSecurityException {
    return switch (path) {
      case "/.well-known/openid-configuration" ->
          "{\"issuer\":\"%1$s\",\"jwks_uri\":\"%1$s/keys\"}".formatted(url());
      case "/keys" -> {
        var key = (RSAPublicKey) certificate().getPublicKey();
        yield "{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"kid\":\"k1\",\"n\":\"%s\",\"e\":\"%s\"}]}"
            .formatted(number(key.getModulus()), number(key.getPublicExponent()));
      }
      default -> "";
    };
  }

  private static String number(BigInteger value) {
    var bytes = value.toByteArray();
    int from = bytes[0] == 0 ? 1 : 0;
    return URL.encodeToString(java.util.Arrays.copyOfRange(bytes, from, bytes.length));
  }

  /** A token for an audience, about a subject. */
  String token(String audience, String subject, Instant expires) throws GeneralSecurityException {
    var head = "{\"alg\":\"RS256\",\"kid\":\"k1\",\"typ\":\"JWT\"}";
    var claims =
        "{\"iss\":\"%s\",\"aud\":\"%s\",\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}"
            .formatted(
                url(),
                audience,
                subject,
                expires.minusSeconds(600).getEpochSecond(),
                expires.getEpochSecond());
    var signed = encoded(head) + "." + encoded(claims);
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(key());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    return signed + "." + URL.encodeToString(signature.sign());
  }

  private static String encoded(String text) {
    return URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The SAML provider's metadata. */
  String metadata() throws GeneralSecurityException {
    return """
        <EntityDescriptor xmlns="%1$smetadata" entityID="%2$s">
          <IDPSSODescriptor protocolSupportEnumeration="%1$sprotocol">
            <KeyDescriptor use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#"><X509Data>
              <X509Certificate>%3$s</X509Certificate></X509Data></KeyInfo></KeyDescriptor>
            <SingleSignOnService Binding="%1$sbindings:HTTP-POST" Location="%2$s/sso"/>
          </IDPSSODescriptor>
        </EntityDescriptor>
        """
        .formatted(SAML, url(), Base64.getMimeEncoder().encodeToString(certificate().getEncoded()));
  }

  /** A response that says who somebody is, with a signed assertion; in Base64. */
  String response(String subject, Map<String, String> attributes) throws Exception {
    var now = Instant.now();
    var statement = new StringBuilder();
    attributes.forEach(
        (name, value) ->
            statement.append(
                "<saml:Attribute Name=\"https://aws.amazon.com/SAML/Attributes/%s\"><saml:AttributeValue>%s</saml:AttributeValue></saml:Attribute>"
                    .formatted(name, value)));
    var response =
        """
        <samlp:Response xmlns:samlp="%1$sprotocol" xmlns:saml="%1$sassertion" ID="_r" Version="2.0" IssueInstant="%2$s">\
        <saml:Issuer>%3$s</saml:Issuer><samlp:Status><samlp:StatusCode Value="%1$sstatus:Success"/></samlp:Status>\
        <saml:Assertion ID="_a" Version="2.0" IssueInstant="%2$s"><saml:Issuer>%3$s</saml:Issuer>\
        <saml:Subject><saml:NameID Format="%1$snameid-format:persistent">%4$s</saml:NameID>\
        <saml:SubjectConfirmation Method="%1$scm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="%5$s" Recipient="%6$s"/>\
        </saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="%7$s" NotOnOrAfter="%5$s">\
        <saml:AudienceRestriction><saml:Audience>%6$s</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
        <saml:AuthnStatement AuthnInstant="%2$s"/><saml:AttributeStatement>%8$s</saml:AttributeStatement></saml:Assertion></samlp:Response>"""
            .formatted(
                SAML,
                now,
                url(),
                subject,
                now.plusSeconds(300),
                ENDPOINT,
                now.minusSeconds(30),
                statement);
    var document =
        DocumentBuilderFactory.newDefaultNSInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(response.getBytes(StandardCharsets.UTF_8)));
    sign(document);
    var out = new StringWriter();
    TransformerFactory.newDefaultInstance()
        .newTransformer()
        .transform(new DOMSource(document), new StreamResult(out));
    return Base64.getEncoder().encodeToString(out.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Signs the assertion where SAML wants the signature: after its issuer. */
  private void sign(Document document) throws Exception {
    var assertion =
        (org.w3c.dom.Element)
            document.getElementsByTagNameNS(SAML + "assertion", "Assertion").item(0);
    assertion.setIdAttribute("ID", true);
    var factory = XMLSignatureFactory.getInstance("DOM");
    var reference =
        factory.newReference(
            "#_a",
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
    var context = new DOMSignContext(key(), assertion, assertion.getFirstChild().getNextSibling());
    factory.newXMLSignature(info, null).sign(context);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
