package dev.bulwark.acceptance;

import static dev.bulwark.acceptance.S3ObjectsTest.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Keys are names and nothing else: whatever they look like, each is another object, and none is a
 * path of the file system.
 */
class S3KeysTest {
  private static final String LONGEST = "ä".repeat(512);

  private static final List<String> KEYS =
      List.of(
          "../up",
          "../../../../../../tmp/bulwark-escaped",
          "a/../b",
          "a/./b",
          "a//b",
          "/leading",
          "//two",
          "trailing/",
          "trailing",
          "..",
          ".",
          "%2e%2e/up",
          "%2F",
          "%",
          "%zz",
          "a b",
          "a+b",
          "a%20b",
          "a?b=c",
          "a#b",
          "a&b;c=d,e:f@g$h!i'j(k)l*m",
          "back\\slash\\..\\x",
          "quote\"<xml>&amp;",
          "漢字/кириллица/\uD83D\uDE00",
          "e\u0301",
          "\u00e9",
          "new\nline\tand\rmore",
          "nul\0byte",
          "C:\\Windows",
          "~/.ssh/authorized_keys",
          "soap",
          "_bulwark/health",
          LONGEST);

  @Test
  void everyKeyIsAnObjectOfItsOwn(@TempDir Path folder) throws IOException {
    var data = folder.resolve("one/two/data");
    try (var server = RunningServer.start("--data", data.toString())) {
      var s3 = server.s3(RunningServer.ROOT);
      s3.createBucket(r -> r.bucket("odd-keys"));
      for (var key : KEYS) {
        s3.putObject(r -> r.bucket("odd-keys").key(key), RequestBody.fromBytes(content(key)));
      }
      assertThat(contents(s3)).isEqualTo(expected());
      for (var key : KEYS.subList(0, KEYS.size() / 2)) {
        s3.deleteObject(r -> r.bucket("odd-keys").key(key));
        assertThatThrownBy(() -> s3.getObjectAsBytes(r -> r.bucket("odd-keys").key(key)))
            .isInstanceOf(NoSuchKeyException.class);
      }
      assertThat(contents(s3)).hasSize(KEYS.size() - KEYS.size() / 2);
      assertThat(filesOutsideOf(data, folder)).isEmpty();
      assertThat(Path.of("/tmp/bulwark-escaped")).doesNotExist();
    }
  }

  /** Large enough not to be kept beside its record. */
  private static byte[] content(String key) {
    return (key + "\n").repeat(100_000 / (key.length() + 1)).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Integer> expected() {
    return KEYS.stream()
        .collect(Collectors.toMap(key -> key, key -> java.util.Arrays.hashCode(content(key))));
  }

  /**
   * In XML 1.0 some of these keys cannot be written, so clients that have such ask for them
   * encoded.
   */
  private static Map<String, Integer> contents(S3Client s3) {
    var found = new HashMap<String, Integer>();
    for (var key :
        s3
            .listObjectsV2Paginator(
                r -> r.bucket("odd-keys").maxKeys(10).encodingType(EncodingType.URL))
            .contents()
            .stream()
            .map(S3Object::key)
            .toList()) {
      found.put(
          key,
          java.util.Arrays.hashCode(
              s3.getObjectAsBytes(r -> r.bucket("odd-keys").key(key)).asByteArray()));
    }
    return found;
  }

  static List<Path> filesOutsideOf(Path data, Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).filter(f -> !f.startsWith(data)).toList();
    }
  }

  @Test
  void aKeyHasAtMost1024Bytes() {
    var s3 = RunningServer.shared().s3(RunningServer.ROOT);
    s3.createBucket(r -> r.bucket("long-keys"));
    for (var key : List.of("x".repeat(1025), LONGEST + "x", "漢".repeat(342))) {
      assertThatThrownBy(
              () -> s3.putObject(r -> r.bucket("long-keys").key(key), RequestBody.fromString("x")))
          .satisfies(failing(400, "KeyTooLongError"));
    }
    assertThat(s3.listObjectsV2(r -> r.bucket("long-keys")).contents()).isEmpty();
  }

  @Test
  void aBucketHasAPlainName() throws IOException {
    // The SDK checks names too, so these are sent without it.
    try (var connection = new RawConnection(RunningServer.shared().endpoint(), 20_000)) {
      for (var name :
          List.of(
              "UPPER",
              "un_derscore",
              "a",
              "ab",
              "-dash",
              "dot..dot",
              "x".repeat(64),
              "192.168.0.1",
              "%2e%2e",
              "..")) {
        var answer =
            connection.send(
                Requests.signed(
                    Requests.of(
                        RunningServer.shared().endpoint(), "PUT", "/" + name, "", new byte[0]),
                    RunningServer.ROOT,
                    "s3"));
        assertThat(answer.status()).as(name).isEqualTo(400);
        assertThat(ErrorBody.of(answer).code()).as(name).isEqualTo("InvalidBucketName");
      }
    }
  }
}
