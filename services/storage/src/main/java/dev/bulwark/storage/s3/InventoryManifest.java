package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.InventoryConfiguration;
import dev.bulwark.wire.JsonText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What tells of an inventory's files, and where it lies.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html">Locating
 *     your inventory list</a>
 */
record InventoryManifest(
    String bucket, InventoryConfiguration inventory, List<File> files, Instant time) {
  private static final DateTimeFormatter FOLDER =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter HIVE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HH-mm").withZone(ZoneOffset.UTC);

  /** A file with some of the lines. */
  record File(String key, int size, String md5) {
    static File of(String key, byte[] content) {
      return new File(key, content.length, hexMd5(content));
    }
  }

  /** Where all files of an inventory are: ends with a slash. */
  static String folder(String bucket, InventoryConfiguration inventory) {
    var destination = Inventories.destination(inventory);
    var prefix = destination == null ? null : destination.prefix();
    return (prefix == null || prefix.isEmpty() ? "" : prefix + '/')
        + bucket
        + '/'
        + inventory.id()
        + '/';
  }

  private String runFolder() {
    return folder(bucket, inventory) + FOLDER.format(time) + '/';
  }

  String key() {
    return runFolder() + "manifest.json";
  }

  String checksumKey() {
    return runFolder() + "manifest.checksum";
  }

  String symlinkKey() {
    return folder(bucket, inventory) + "hive/dt=" + HIVE.format(time) + "/symlink.txt";
  }

  byte[] json(String schema) {
    var json =
        new JsonText(1024)
            .begin()
            .put("sourceBucket", bucket)
            .put("destinationBucket", destination())
            .put("version", "2016-11-30")
            .put("creationTimestamp", Long.toString(time.toEpochMilli()))
            .put("fileFormat", "CSV")
            .put("fileSchema", schema)
            .beginArray("files");
    for (var file : files) {
      json.begin()
          .put("key", file.key())
          .put("size", file.size())
          .put("MD5checksum", file.md5())
          .end();
    }
    return bytes(json.endArray().end().toString());
  }

  private String destination() {
    var destination = Inventories.destination(inventory);
    return destination == null ? "" : destination.bucket();
  }

  byte[] checksum(byte[] json) {
    return bytes(hexMd5(json));
  }

  byte[] symlink() {
    var root = "s3://" + destination().substring(destination().lastIndexOf(':') + 1) + '/';
    return bytes(files.stream().map(file -> root + file.key()).collect(Collectors.joining("\n")));
  }

  private static String hexMd5(byte[] content) {
    return HexFormat.of().formatHex(ChecksumAlgorithm.messageDigest("MD5").digest(content));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
