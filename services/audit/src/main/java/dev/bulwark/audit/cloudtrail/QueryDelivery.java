package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.s3.GetBucketAclRequest;
import dev.bulwark.api.s3.PutObjectRequest;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.ServiceCalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Delivers results of queries to S3, as compressed CSV with a file that signs them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-query-results-validation.html">Validate
 *     CloudTrail Lake saved query results</a>
 */
final class QueryDelivery {
  private static final Pattern URI =
      Pattern.compile("s3://([a-z0-9][.a-z0-9-]{1,61}[a-z0-9])(?:/(.*))?");
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy/MM/dd").withZone(ZoneOffset.UTC);
  private static final String RESULT = "result_1.csv.gz";
  private static final String SIGNATURE = "result_sign.json";

  private final ServiceCalls calls;
  private final QueryResults results;
  private final SigningKeys keys;

  QueryDelivery(ServiceCalls calls, QueryResults results, SigningKeys keys) {
    this.calls = calls;
    this.results = results;
    this.keys = keys;
  }

  /** Where files go. */
  private record Target(String bucket, String folder) {
    static Target of(String uri) {
      var parts = URI.matcher(uri);
      if (!parts.matches()) {
        throw CloudTrailErrors.invalidBucketName(uri);
      }
      var prefix = parts.group(2) == null ? "" : parts.group(2);
      return new Target(
          parts.group(1), prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/");
    }
  }

  /**
   * Makes sure that there is such a bucket, and that its policy knows of CloudTrail.
   *
   * @throws ApiException S3BucketDoesNotExistException, InsufficientS3BucketPolicyException,
   *     InvalidS3BucketNameException
   */
  void check(EventDataStoreRecord store, String uri) {
    var bucket = Target.of(uri).bucket();
    try {
      calls.call(
          LakeKeys.service(store),
          store.homeRegion(),
          S3Api.GET_BUCKET_ACL,
          GetBucketAclRequest.builder().bucket(bucket).build());
    } catch (ApiException e) {
      throw e.code().equals("NoSuchBucket")
          ? CloudTrailErrors.noBucket(bucket)
          : CloudTrailErrors.bucketPolicy(bucket);
    }
  }

  /** Delivers a result, and returns what became of it in AWS's words. */
  String deliver(QueryRecord query, EventDataStoreRecord store, Instant now) {
    var target = Target.of(String.valueOf(query.delivery()));
    var folder =
        target.folder()
            + "AWSLogs/"
            + query.accountId()
            + "/CloudTrail-Lake/Query/"
            + DAY.format(query.created())
            + "/"
            + query.id()
            + "/";
    var suffix = "";
    try {
      var csv = csv(query);
      put(store, target.bucket(), folder + RESULT, csv, "application/x-gzip");
      suffix = "_SIGNING_FILE";
      put(
          store,
          target.bucket(),
          folder + SIGNATURE,
          signature(store, Map.of(RESULT, sha256(csv)), now),
          "application/json");
      return "SUCCESS";
    } catch (ApiException e) {
      return switch (e.code()) {
        case "AccessDenied" -> "ACCESS_DENIED" + suffix;
        case "NoSuchBucket" -> "RESOURCE_NOT_FOUND";
        default -> "FAILED" + suffix;
      };
    } catch (IOException e) {
      return "FAILED" + suffix;
    }
  }

  private void put(
      EventDataStoreRecord store, String bucket, String key, byte[] content, String type) {
    calls.call(
        LakeKeys.service(store),
        store.homeRegion(),
        S3Api.PUT_OBJECT,
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .contentType(type)
            .body(Body.of(content))
            .build());
  }

  private byte[] csv(QueryRecord query) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      for (int i = 0; i < query.pages().size(); i++) {
        var page = results.page(query, i);
        if (i == 0) {
          out.write(line(page.columns()));
        }
        for (var row : page.rows()) {
          out.write(line(row));
        }
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] line(List<String> values) {
    return values.stream()
        .map(value -> '"' + value.replace("\"", "\"\"") + '"')
        .collect(Collectors.joining(",", "", "\n"))
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] signature(EventDataStoreRecord store, Map<String, String> files, Instant now) {
    var key = keys.current(store.homeRegion(), now);
    var json = new LinkedHashMap<String, Object>();
    json.put("version", "1.0");
    json.put("region", store.homeRegion());
    json.put(
        "files",
        files.entrySet().stream()
            .map(file -> Map.of("fileHashValue", file.getValue(), "fileName", file.getKey()))
            .toList());
    json.put("hashAlgorithm", "SHA-256");
    json.put("signatureAlgorithm", DigestFile.ALGORITHM);
    json.put("queryCompleteTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    // What is signed are the hashes, in the order of the files, set apart by spaces.
    json.put("hashSignature", keys.sign(key, String.join(" ", files.values())));
    json.put("publicKeyFingerprint", key.fingerprint());
    return JsonMapper.shared().writeValueAsBytes(json);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
