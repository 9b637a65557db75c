package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.Lab;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A bucket that lets CloudTrail in, and what is delivered to it. */
final class TrailWorld implements AutoCloseable {
  static final String BUCKET = "the-trail";

  final Lab lab;
  final CloudTrailClient trails;
  final S3Client s3;

  TrailWorld(Lab lab) {
    this.lab = lab;
    trails = lab.client(CloudTrailClient.builder());
    s3 = lab.client(S3Client.builder());
  }

  TrailWorld() {
    this(new Lab());
    makeBucket(BUCKET);
  }

  /** A bucket with the policy that AWS's documentation gives. */
  void makeBucket(String bucket) {
    s3.createBucket(r -> r.bucket(bucket));
    s3.putBucketPolicy(r -> r.bucket(bucket).policy(policy(bucket)));
  }

  static String policy(String bucket) {
    return """
        {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
           "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::%1$s"},
          {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
           "Action": "s3:PutObject", "Resource": "arn:aws:s3:::%1$s/*",
           "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"},
             "ArnLike": {"aws:SourceArn": "arn:aws:cloudtrail:*:123456789012:trail/*"}}}]}"""
        .formatted(bucket);
  }

  /** A trail that is switched on. */
  String trail(String name) {
    var arn = trails.createTrail(r -> r.name(name).s3BucketName(BUCKET)).trailARN();
    trails.startLogging(r -> r.name(name));
    return arn;
  }

  List<String> keys(String part) {
    return s3.listObjectsV2Paginator(r -> r.bucket(BUCKET)).contents().stream()
        .map(S3Object::key)
        .filter(key -> key.contains(part) && !key.endsWith("/"))
        .toList();
  }

  JsonNode json(String key) {
    var bytes = s3.getObjectAsBytes(r -> r.bucket(BUCKET).key(key)).asByteArray();
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return JsonMapper.shared().readTree(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The records of all log files. */
  List<JsonNode> records() {
    var all = new ArrayList<JsonNode>();
    keys("/CloudTrail/").forEach(key -> json(key).path("Records").forEach(all::add));
    return all;
  }

  List<String> eventNames() {
    return records().stream().map(record -> record.path("eventName").asString()).toList();
  }

  /** Lets time pass until everything that has happened is delivered. */
  void deliver() {
    lab.clock.advance(java.time.Duration.ofMinutes(5));
    lab.cloudTrail.catchUp();
  }

  @Override
  public void close() {
    lab.close();
  }
}
