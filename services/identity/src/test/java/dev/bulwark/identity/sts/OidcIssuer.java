package dev.bulwark.identity.sts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A real OpenID Connect provider on this machine, with a certificate authority of its own. */
final class OidcIssuer implements AutoCloseable {
  static final RSAKey RSA = rsa("rsa-1");
  static final RSAKey NEXT_RSA = rsa("rsa-2");
  static final ECKey EC = ec("ec-1");

  final AtomicInteger requests = new AtomicInteger();
  private final String host;
  private final HttpsServer server;
  private final Map<String, String> documents = new HashMap<>();

  OidcIssuer() {
    this("localhost", "127.0.0.1");
  }

  /** At another address of this machine, perhaps one that its certificate does not name. */
  OidcIssuer(String host, String address) {
    this.host = host;
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName(address), 0), 0);
      var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(TestKeys.store(), TestKeys.PASSWORD);
      var context = SSLContext.getInstance("TLS");
      context.init(new javax.net.ssl.KeyManager[] {new ServerKey(keys)}, null, null);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::answer);
      server.start();
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    serve(
        "/.well-known/openid-configuration",
        "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(url(), url()));
    publish(RSA, EC);
  }

  private static RSAKey rsa(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  private static ECKey ec(String kid) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  String url() {
    return "https://" + host + ":" + server.getAddress().getPort();
  }

  /** The URL as ARNs and condition keys have it. */
  String name() {
    return url().substring("https://".length());
  }

  void serve(String path, String document) {
    documents.put(path, document);
  }

  void publish(JWK... keys) {
    serve("/keys", new JWKSet(java.util.List.of(keys)).toString(true));
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.incrementAndGet();
    var document = documents.get(exchange.getRequestURI().getPath());
    if (document != null && document.startsWith("redirect ")) {
      exchange.getResponseHeaders().add("location", document.substring("redirect ".length()));
      exchange.sendResponseHeaders(302, -1);
    } else if (document == null) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      var body = document.getBytes(StandardCharsets.UTF_8);
      // Chunked, as many providers answer.
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  static String sign(JWSAlgorithm algorithm, JWK key, JWTClaimsSet claims) {
    try {
      JWSSigner signer =
          key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner((ECKey) key);
      return sign(algorithm, key.getKeyID(), signer, claims);
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  static String sign(JWSAlgorithm algorithm, String kid, JWSSigner signer, JWTClaimsSet claims) {
    try {
      var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims);
      jwt.sign(signer);
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
