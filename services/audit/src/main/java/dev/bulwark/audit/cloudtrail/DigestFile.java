package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.TrailTables.DeliveredFile;
import dev.bulwark.audit.cloudtrail.TrailTables.DigestChain;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A digest file, and what its signature is made over.
 *
 * @param previousSignature null for the first of a chain
 */
record DigestFile(
    String bucket, String key, String endTime, byte[] content, @Nullable String previousSignature) {

  static final String ALGORITHM = "SHA256withRSA";
  private static final String HASH = "SHA-256";
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  static DigestFile of(
      Digests.Chain chain,
      DigestChain before,
      Instant end,
      List<DeliveredFile> files,
      String fingerprint) {
    var trail = chain.trail();
    var bucket = trail.settings().bucket();
    var key = key(chain, end);
    var json = new LinkedHashMap<String, @Nullable Object>();
    json.put("awsAccountId", chain.accountId());
    json.put("digestStartTime", text(before.end()));
    json.put("digestEndTime", text(end));
    json.put("digestS3Bucket", bucket);
    json.put("digestS3Object", key);
    json.put("digestPublicKeyFingerprint", fingerprint);
    json.put("digestSignatureAlgorithm", ALGORITHM);
    json.put(
        "newestEventTime",
        files.stream()
            .map(DeliveredFile::newest)
            .max(Instant::compareTo)
            .map(DigestFile::text)
            .orElse(null));
    json.put(
        "oldestEventTime",
        files.stream()
            .map(DeliveredFile::oldest)
            .min(Instant::compareTo)
            .map(DigestFile::text)
            .orElse(null));
    json.put("previousDigestS3Bucket", before.bucket());
    json.put("previousDigestS3Object", before.key());
    json.put("previousDigestHashValue", before.hash());
    json.put("previousDigestHashAlgorithm", before.key() == null ? null : HASH);
    json.put("previousDigestSignature", before.signature());
    json.put("logFiles", files.stream().map(DigestFile::entry).toList());
    return new DigestFile(
        bucket, key, text(end), JsonMapper.shared().writeValueAsBytes(json), before.signature());
  }

  private static LinkedHashMap<String, String> entry(DeliveredFile file) {
    var json = new LinkedHashMap<String, String>();
    json.put("s3Bucket", file.bucket());
    json.put("s3Object", file.key());
    json.put("hashValue", file.hash());
    json.put("hashAlgorithm", HASH);
    json.put("newestEventTime", text(file.newest()));
    json.put("oldestEventTime", text(file.oldest()));
    return json;
  }

  private static String key(Digests.Chain chain, Instant end) {
    var trail = chain.trail();
    return trail.settings().folder(chain.accountId())
        + "CloudTrail-Digest/"
        + chain.region()
        + "/"
        + DAY.format(end)
        + "/"
        + chain.accountId()
        + "_CloudTrail-Digest_"
        + chain.region()
        + "_"
        + trail.name()
        + "_"
        + trail.homeRegion()
        + "_"
        + SECOND.format(end)
        + ".json.gz";
  }

  private static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The SHA-256 of what the file holds before compression, in hexadecimal. */
  String hash() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(HASH).digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  String stringToSign() {
    return endTime + "\n" + bucket + "/" + key + "\n" + hash() + "\n" + previousSignature;
  }

  byte[] compressed() {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
