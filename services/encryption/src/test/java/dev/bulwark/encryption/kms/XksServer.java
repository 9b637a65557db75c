package dev.bulwark.encryption.kms;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.bulwark.outgoing.OutgoingSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A small proxy of external key stores, with an external key manager in memory: HTTPS, signatures
 * verified, AES-GCM for real. Written from AWS's specification, apart from what asks it.
 */
final class XksServer implements AutoCloseable {
  static final String PATH = "/one/kms/xks/v1";
  static final String ACCESS_KEY = "MUBSXM6K3KMXHN6RRCXI";
  static final String SECRET = "FYtE5EFA5FT0mCc3DrGUe2sti527BitkQ0Zr9MO9fvE=";

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] METADATA = "key_version=1".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256"
              + " Credential=([A-Z2-7]+)/(\\d{8})/([a-z0-9-]+)/kms-xks-proxy/aws4_request,"
              + " SignedHeaders=host;x-amz-date, Signature=([0-9a-f]{64})");

  private final HttpsServer server;
  private final X509Certificate certificate;
  private final Map<String, byte[]> keys = new ConcurrentHashMap<>();

  /** What was asked, in order. */
  final List<JsonNode> requests = Collections.synchronizedList(new ArrayList<>());

  /** What is to happen instead of the right answer. */
  volatile @Nullable Refusal refusal;

  volatile String health = "ACTIVE";
  volatile String keyStatus = "ENABLED";

  /** Flips a bit of what {@code encrypt} answers, after its integrity value was computed. */
  volatile boolean corrupt;

  /** An answer as it stands. */
  record Refusal(int status, String body) {
    static Refusal of(int status, String errorName) {
      return new Refusal(status, "{\"errorName\": \"" + errorName + "\"}");
    }
  }

  XksServer() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      var pair = generator.generateKeyPair();
      certificate = certificate(pair);
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", pair.getPrivate(), new char[0], new Certificate[] {certificate});
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, new char[0]);
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext("/", this::answer);
      server.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static X509Certificate certificate(java.security.KeyPair pair)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    var name = new X500Name("CN=localhost");
    var now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.ONE,
            Date.from(now.minus(Duration.ofDays(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            name,
            pair.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  XksSettings settings() {
    return settings(true);
  }

  XksSettings settings(boolean privateNetworks) {
    return new XksSettings(
        new OutgoingSettings(privateNetworks, "ALLOW", List.of(certificate)),
        port(),
        Duration.ofSeconds(10));
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Makes a key in the key manager. */
  void makeKey(String id) {
    var key = new byte[32];
    RANDOM.nextBytes(key);
    keys.put(id, key);
  }

  private void answer(HttpExchange exchange) throws IOException {
    var body = exchange.getRequestBody().readAllBytes();
    var answer = refusal;
    if (answer == null) {
      try {
        answer = serve(exchange, body);
      } catch (GeneralSecurityException e) {
        answer = Refusal.of(400, "InvalidCiphertextException");
      }
    }
    var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("content-type", "application/json");
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Refusal serve(HttpExchange exchange, byte[] body) throws GeneralSecurityException {
    if (!isSigned(exchange, body)) {
      return Refusal.of(401, "AuthenticationFailedException");
    }
    var path = exchange.getRequestURI().getRawPath();
    if (!path.startsWith(PATH + "/")) {
      return Refusal.of(404, "InvalidUriPathException");
    }
    var request = JSON.readTree(body);
    requests.add(request);
    if (path.equals(PATH + "/health")) {
      return new Refusal(
          200,
          """
          {"xksProxyFleetSize": 1, "xksProxyVendor": "a", "xksProxyModel": "b", "ekmVendor": "c",
           "ekmFleetDetails": [{"id": "1", "model": "d", "healthStatus": "%s"}]}\
          """
              .formatted(health));
    }
    var parts = path.substring(PATH.length()).split("/");
    var key = keys.get(parts[2]);
    if (key == null) {
      return Refusal.of(404, "KeyNotFoundException");
    }
    return switch (parts[3]) {
      case "metadata" ->
          new Refusal(
              200,
              """
              {"keySpec": "AES_256", "keyUsage": ["ENCRYPT", "DECRYPT"], "keyStatus": "%s"}\
              """
                  .formatted(keyStatus));
      case "encrypt" -> encrypt(key, request);
      default -> decrypt(key, request);
    };
  }

  // Signature Version 4

  private static boolean isSigned(HttpExchange exchange, byte[] body)
      throws GeneralSecurityException {
    var headers = exchange.getRequestHeaders();
    var date = headers.getFirst("x-amz-date");
    var given = AUTHORIZATION.matcher(String.valueOf(headers.getFirst("authorization")));
    if (!given.matches() || !given.group(1).equals(ACCESS_KEY) || date == null) {
      return false;
    }
    var time = Instant.from(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssX").parse(date));
    if (Duration.between(time, Instant.now()).abs().compareTo(Duration.ofMinutes(5)) > 0) {
      return false;
    }
    var canonical =
        String.join(
            "\n",
            exchange.getRequestMethod(),
            exchange.getRequestURI().getRawPath(),
            "",
            "host:" + headers.getFirst("host"),
            "x-amz-date:" + date,
            "",
            "host;x-amz-date",
            hex(sha256(body)));
    var scope = given.group(2) + "/" + given.group(3) + "/kms-xks-proxy/aws4_request";
    var toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            date,
            scope,
            hex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
    var key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
    for (var part : scope.split("/")) {
      key = hmac(key, part);
    }
    return hex(hmac(key, toSign)).equals(given.group(4));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[]... parts) throws GeneralSecurityException {
    var digest = MessageDigest.getInstance("SHA-256");
    for (var part : parts) {
      digest.update(part);
    }
    return digest.digest();
  }

  // Cryptography

  private static byte[] bytes(JsonNode request, String name) {
    return Base64.getDecoder().decode(request.path(name).asString(""));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static Cipher cipher(int mode, byte[] key, byte[] vector, byte[] aad, byte[] metadata)
      throws GeneralSecurityException {
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, vector));
    var all = new ByteArrayOutputStream();
    all.write(aad.length >> 8);
    all.write(aad.length);
    all.writeBytes(aad);
    all.write(metadata.length);
    all.writeBytes(metadata);
    cipher.updateAAD(all.toByteArray());
    return cipher;
  }

  private Refusal encrypt(byte[] key, JsonNode request) throws GeneralSecurityException {
    var aad = bytes(request, "additionalAuthenticatedData");
    var vector = new byte[12];
    RANDOM.nextBytes(vector);
    var sealed =
        cipher(Cipher.ENCRYPT_MODE, key, vector, aad, METADATA)
            .doFinal(bytes(request, "plaintext"));
    var outer = Arrays.copyOf(sealed, sealed.length - 16);
    var tag = Arrays.copyOfRange(sealed, outer.length, sealed.length);
    var integrity = sha256(aad, METADATA, vector, outer, tag);
    if (corrupt) {
      outer[0] ^= 1;
    }
    return new Refusal(
        200,
        JSON.writeValueAsString(
            Map.of(
                "ciphertext", base64(outer),
                "ciphertextMetadata", base64(METADATA),
                "initializationVector", base64(vector),
                "authenticationTag", base64(tag),
                "ciphertextDataIntegrityValue", base64(integrity))));
  }

  private static Refusal decrypt(byte[] key, JsonNode request) throws GeneralSecurityException {
    var outer = bytes(request, "ciphertext");
    var tag = bytes(request, "authenticationTag");
    var sealed = Arrays.copyOf(outer, outer.length + tag.length);
    System.arraycopy(tag, 0, sealed, outer.length, tag.length);
    var plaintext =
        cipher(
                Cipher.DECRYPT_MODE,
                key,
                bytes(request, "initializationVector"),
                bytes(request, "additionalAuthenticatedData"),
                bytes(request, "ciphertextMetadata"))
            .doFinal(sealed);
    return new Refusal(200, JSON.writeValueAsString(Map.of("plaintext", base64(plaintext))));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
