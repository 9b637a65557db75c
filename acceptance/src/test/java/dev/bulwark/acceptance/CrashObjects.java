package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.acceptance.RawConnection.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one {@link CrashWriter}: put, uploaded in parts and deleted, and what is known of
 * each.
 */
final class CrashObjects {

  /** One for each way in which objects are kept: in a row, in a pack, as a file. */
  private static final Map<String, Integer> LENGTHS =
      Map.of("tiny", 100, "small", 6000, "large", 200_000, "parts", 150_000);

  private static final Pattern UPLOAD = Pattern.compile("<UploadId>([^<]+)</UploadId>");
  private static final int DELETED = 0;

  private final int writer;

  /** The version that each had when it was last acknowledged. */
  private final Map<String, Integer> versions = new HashMap<>();

  private @Nullable String underWay;
  private int next;

  /** The version that the one under way was to get. */
  private int wanted;

  CrashObjects(int writer) {
    this.writer = writer;
  }

  void begin() {
    underWay = null;
  }

  /** An object tells its version in every byte, so that a mixture of two would be seen. */
  private static byte[] content(int version, int length) {
    var bytes = new byte[length];
    Arrays.fill(bytes, (byte) version);
    var text = Integer.toString(version).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, bytes, 0, text.length);
    return bytes;
  }

  private static int length(String key) {
    return LENGTHS.get(key.substring(key.indexOf('/') + 1, key.indexOf('-')));
  }

  void put(RawConnection connection, URI endpoint, String kind, int number) throws IOException {
    var key = writer + "/" + kind + "-" + number;
    under(key, ++next);
    CrashWriter.send(
        connection, request(endpoint, "PUT", key, "", content(wanted, length(key))), 200);
    done();
  }

  void delete(RawConnection connection, URI endpoint, String kind, int number) throws IOException {
    var key = writer + "/" + kind + "-" + number;
    under(key, DELETED);
    CrashWriter.send(connection, request(endpoint, "DELETE", key, "", new byte[0]), 204);
    done();
  }

  void upload(RawConnection connection, URI endpoint, int number) throws IOException {
    var key = writer + "/parts-" + number;
    var begun =
        CrashWriter.send(connection, request(endpoint, "POST", key, "uploads=", new byte[0]), 200);
    var found = UPLOAD.matcher(begun.text());
    assertThat(found.find()).isTrue();
    var id = found.group(1);
    int version = ++next;
    var part =
        CrashWriter.send(
            connection,
            request(
                endpoint, "PUT", key, "partNumber=1&uploadId=" + id, content(version, length(key))),
            200);
    under(key, version);
    CrashWriter.send(
        connection,
        request(
            endpoint,
            "POST",
            key,
            "uploadId=" + id,
            ("<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>%s</ETag></Part></CompleteMultipartUpload>"
                    .formatted(part.headers().get("etag")))
                .getBytes(StandardCharsets.UTF_8)),
        200);
    done();
  }

  private static dev.bulwark.wire.HttpRequest request(
      URI endpoint, String method, String key, String query, byte[] body) {
    return Requests.signed(
        Requests.of(endpoint, method, "/" + bucketOf(key) + "/" + key, query, body),
        RunningServer.ROOT,
        "s3");
  }

  private static String bucketOf(String key) {
    return CrashWriter.BUCKETS.get((key.charAt(0) - '0') % CrashWriter.BUCKETS.size());
  }

  private void under(String key, int version) {
    underWay = key;
    wanted = version;
  }

  private void done() {
    versions.put(underWay, wanted);
    underWay = null;
  }

  /** Compares the server's state with the memory, and takes over what was under way. */
  void verify(RawConnection connection, URI endpoint) throws IOException {
    var keys = new TreeSet<>(versions.keySet());
    if (underWay != null) {
      keys.add(underWay);
    }
    for (var key : keys) {
      var answer = connection.send(request(endpoint, "GET", key, "", new byte[0]));
      int last = versions.getOrDefault(key, DELETED);
      if (key.equals(underWay) && is(answer, wanted, key)) {
        last = wanted;
      }
      assertThat(is(answer, last, key))
          .as("%s in version %d, not %d %.20s", key, last, answer.status(), answer.text())
          .isTrue();
      versions.put(key, last);
    }
  }

  private static boolean is(Answer answer, int version, String key) {
    return version == DELETED
        ? answer.status() == 404
        : answer.status() == 200 && Arrays.equals(answer.body(), content(version, length(key)));
  }
}
