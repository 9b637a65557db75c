package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Digest files: what they tell of, and that they prove it. */
class DigestsTest {

  private static byte[] inflated(TrailWorld world, String key) {
    var bytes = world.s3.getObjectAsBytes(r -> r.bucket(TrailWorld.BUCKET).key(key)).asByteArray();
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static TrailWorld validated() {
    var world = new TrailWorld();
    world.trails.createTrail(
        r -> r.name("audit").s3BucketName(TrailWorld.BUCKET).enableLogFileValidation(true));
    world.trails.startLogging(r -> r.name("audit"));
    world.lab.cloudTrail.catchUp();
    return world;
  }

  private static void anHourPasses(TrailWorld world) {
    world.lab.clock.advance(Duration.ofHours(1));
    world.lab.cloudTrail.catchUp();
  }

  @Test
  void eachHourADigestTellsOfItsFilesAndOfTheOneBefore() throws GeneralSecurityException {
    try (var world = validated()) {
      world.s3.createBucket(r -> r.bucket("bucket-one"));
      world.deliver();
      anHourPasses(world);
      world.s3.createBucket(r -> r.bucket("bucket-two"));
      world.deliver();
      anHourPasses(world);

      var keys = world.keys("/CloudTrail-Digest/");
      assertThat(keys).hasSize(2);
      assertThat(keys.getFirst())
          .matches(
              "AWSLogs/123456789012/CloudTrail-Digest/us-east-1/\\d{4}/\\d\\d/\\d\\d/123456789012_CloudTrail-Digest_us-east-1_audit_us-east-1_\\d{8}T\\d{6}Z\\.json\\.gz");
      var first = world.json(keys.get(0));
      var second = world.json(keys.get(1));
      assertThat(first.path("previousDigestS3Object").isNull()).isTrue();
      assertThat(first.path("logFiles")).isNotEmpty();
      assertThat(second.path("previousDigestS3Object").asString()).isEqualTo(keys.get(0));
      assertThat(second.path("digestStartTime")).isEqualTo(first.path("digestEndTime"));
      assertThat(second.path("previousDigestHashValue").asString())
          .isEqualTo(sha256(inflated(world, keys.get(0))));
      for (var file : first.path("logFiles")) {
        assertThat(file.path("hashValue").asString())
            .isEqualTo(sha256(inflated(world, file.path("s3Object").asString())));
      }
      assertThat(isSigned(world, keys.get(1))).isTrue();
      assertThat(world.trails.getTrailStatus(r -> r.name("audit")).latestDigestDeliveryTime())
          .isNotNull();
    }
  }

  private static boolean isSigned(TrailWorld world, String key) throws GeneralSecurityException {
    var digest = world.json(key);
    var object = world.s3.getObjectAsBytes(r -> r.bucket(TrailWorld.BUCKET).key(key)).response();
    assertThat(object.metadata()).containsEntry("signature-algorithm", "SHA256withRSA");
    var now = world.lab.clock.instant();
    var publicKey =
        world
            .trails
            .listPublicKeys(r -> r.startTime(now.minus(Duration.ofDays(1))).endTime(now))
            .publicKeyList()
            .stream()
            .filter(
                found ->
                    found
                        .fingerprint()
                        .equals(digest.path("digestPublicKeyFingerprint").asString()))
            .findFirst()
            .orElseThrow();
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initVerify(
        KeyFactory.getInstance("RSA").generatePublic(pkcs1(publicKey.value().asByteArray())));
    signature.update(
        "%s\n%s/%s\n%s\n%s"
            .formatted(
                digest.path("digestEndTime").asString(),
                digest.path("digestS3Bucket").asString(),
                digest.path("digestS3Object").asString(),
                sha256(inflated(world, key)),
                digest.path("previousDigestSignature").asString("null"))
            .getBytes(StandardCharsets.UTF_8));
    return signature.verify(HexFormat.of().parseHex(object.metadata().get("signature")));
  }

  /** A SEQUENCE of a modulus of 257 bytes and the exponent 65537. */
  private static RSAPublicKeySpec pkcs1(byte[] der) {
    assertThat(der).startsWith(0x30, 0x82, 0x01, 0x0a, 0x02, 0x82, 0x01, 0x01);
    return new RSAPublicKeySpec(
        new BigInteger(Arrays.copyOfRange(der, 8, 8 + 257)), BigInteger.valueOf(65537));
  }

  @Test
  void anHourWithoutEventsHasADigestToo() {
    try (var world = validated()) {
      world.deliver();
      anHourPasses(world);
      anHourPasses(world);
      assertThat(world.json(world.keys("/CloudTrail-Digest/").getLast()).path("logFiles").isEmpty())
          .isTrue();
    }
  }

  @Test
  void oneDigestTellsOfHoursInWhichNobodyWasThere() {
    try (var world = validated()) {
      world.deliver();
      world.lab.clock.advance(Duration.ofDays(3));
      world.lab.cloudTrail.catchUp();
      assertThat(world.keys("/CloudTrail-Digest/")).hasSize(1);
    }
  }

  @Test
  void aTrailThatIsSwitchedOffBreaksItsChain() {
    try (var world = validated()) {
      world.deliver();
      anHourPasses(world);
      world.trails.stopLogging(r -> r.name("audit"));
      anHourPasses(world);
      anHourPasses(world);
      var broken = world.keys("/CloudTrail-Digest/").size();
      anHourPasses(world);
      assertThat(world.keys("/CloudTrail-Digest/")).hasSize(broken);
      world.trails.startLogging(r -> r.name("audit"));
      world.lab.cloudTrail.catchUp();
      anHourPasses(world);
      var keys = world.keys("/CloudTrail-Digest/");
      assertThat(keys).hasSize(broken + 1);
      assertThat(world.json(keys.getLast()).path("previousDigestS3Object").isNull()).isTrue();
    }
  }
}
