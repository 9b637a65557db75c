package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/** Scenario S29: data in flight and data at rest. */
class TransportTest {
  private static final Pattern VARIABLE = Pattern.compile("\"([A-Z_]+)\": \"([^\"]*)\"");
  private static final String BUCKET = "in-flight";
  private static final String MARK = "the secret of this test, in plain: ";

  @TempDir Path folder;

  /** What {@code ./bulwark env} tells shells. */
  private static Map<String, String> variables(Path data) {
    var found = new HashMap<String, String>();
    var printed =
        VARIABLE.matcher(RunningServer.output("env", "--data", data.toString(), "--json"));
    while (printed.find()) {
      found.put(printed.group(1), printed.group(2));
    }
    return found;
  }

  private static S3Client overTls(URI endpoint, Path bundle) throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (var in = Files.newInputStream(bundle)) {
      store.setCertificateEntry(
          "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(Region.of(RunningServer.REGION))
        .credentialsProvider(StaticCredentialsProvider.create(RunningServer.ROOT))
        .httpClientBuilder(
            UrlConnectionHttpClient.builder().tlsTrustManagersProvider(trust::getTrustManagers))
        .build();
  }

  private static String policy(String operator, String key, String value) {
    return """
    {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
      "Resource": ["arn:aws:s3:::%1$s", "arn:aws:s3:::%1$s/*"], "Condition": {"%2$s": {"%3$s": "%4$s"}}}]}"""
        .formatted(BUCKET, operator, key, value);
  }

  private static void assertDenied(S3Client client) {
    assertThatThrownBy(() -> client.getObjectAsBytes(r -> r.bucket(BUCKET).key("small")))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(403);
              assertThat(e.awsErrorDetails().errorMessage())
                  .contains("explicit deny in a resource-based policy");
            });
  }

  @Test
  void s29OverTlsAloneAndSealedOnDisk() throws Exception {
    var data = folder.resolve("data");
    try (var server = RunningServer.start("--data", data.toString(), "--tls", "--tls-port", "0")) {
      var variables = variables(data);
      var endpoint = URI.create(variables.get("AWS_ENDPOINT_URL"));
      assertThat(endpoint.getScheme()).isEqualTo("https");
      var plain = server.s3(RunningServer.ROOT);
      try (var secured = overTls(endpoint, Path.of(variables.get("AWS_CA_BUNDLE")))) {
        secured.createBucket(r -> r.bucket(BUCKET));
        var small = MARK + "small";
        var large = (MARK + "large ").repeat(10_000);
        for (var object : Map.of("small", small, "large", large).entrySet()) {
          secured.putObject(
              r ->
                  r.bucket(BUCKET)
                      .key(object.getKey())
                      .serverSideEncryption(ServerSideEncryption.AWS_KMS),
              RequestBody.fromString(object.getValue()));
        }
        assertThat(plain.getObjectAsBytes(r -> r.bucket(BUCKET).key("small")).asUtf8String())
            .isEqualTo(small);

        secured.putBucketPolicy(
            r -> r.bucket(BUCKET).policy(policy("Bool", "aws:SecureTransport", "false")));
        assertDenied(plain);
        assertThat(secured.getObjectAsBytes(r -> r.bucket(BUCKET).key("large")).asUtf8String())
            .isEqualTo(large);
        assertRecorded(server, endpoint);
        Tool.onPath("aws").ifPresent(program -> theCli(program, server, variables));

        secured.putBucketPolicy(
            r -> r.bucket(BUCKET).policy(policy("NumericLessThan", "s3:TlsVersion", "1.4")));
        assertDenied(secured);
        secured.putBucketPolicy(
            r -> r.bucket(BUCKET).policy(policy("NumericLessThan", "s3:TlsVersion", "1.3")));
        assertThat(secured.getObjectAsBytes(r -> r.bucket(BUCKET).key("small")).asUtf8String())
            .isEqualTo(small);
      }
    }
    try (var files = Files.walk(data)) {
      assertThat(files.filter(Files::isRegularFile).filter(TransportTest::tells)).isEmpty();
    }
  }

  private static void assertRecorded(RunningServer server, URI endpoint) {
    var events =
        server
            .client(CloudTrailClient.builder(), RunningServer.ROOT)
            .lookupEvents(
                r ->
                    r.lookupAttributes(
                        a ->
                            a.attributeKey(LookupAttributeKey.EVENT_NAME)
                                .attributeValue("PutBucketPolicy")))
            .events();
    assertThat(events.getFirst().cloudTrailEvent())
        .contains(
            "\"tlsDetails\":{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\"clientProvidedHostHeader\":\"%s\"}"
                .formatted(endpoint.getAuthority()));
  }

  private void theCli(Path program, RunningServer server, Map<String, String> variables) {
    var plain = Tool.of(program, server, folder);
    assertThat(plain.run("s3", "cp", "s3://" + BUCKET + "/small", "-").failed()).contains("403");
    var distrusting = plain.with("AWS_ENDPOINT_URL", variables.get("AWS_ENDPOINT_URL"));
    assertThat(
            distrusting
                .with("AWS_MAX_ATTEMPTS", "1")
                .run("s3", "cp", "s3://" + BUCKET + "/small", "-")
                .failed())
        .contains("SSL validation failed");
    assertThat(
            distrusting
                .with("AWS_CA_BUNDLE", variables.get("AWS_CA_BUNDLE"))
                .run("s3", "cp", "s3://" + BUCKET + "/small", "-")
                .ok())
        .isEqualTo(MARK + "small");
  }

  /** Whether a file holds what no file may hold. */
  private static boolean tells(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(MARK);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
