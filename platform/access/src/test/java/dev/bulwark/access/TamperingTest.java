package dev.bulwark.access;

import static dev.bulwark.access.Fixture.NOW;
import static dev.bulwark.access.Fixture.copy;
import static dev.bulwark.access.Fixture.refusal;
import static dev.bulwark.access.Fixture.request;
import static dev.bulwark.access.Fixture.signer;
import static dev.bulwark.access.Fixture.utf8;
import static dev.bulwark.access.Fixture.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Whatever byte of a signed request is changed, the request is refused. */
class TamperingTest {
  private final SigV4Authenticator authenticator = Fixture.authenticator(NOW);

  private static HttpRequest put(String... more) {
    var headers = new ArrayList<String>();
    headers.add("Host");
    headers.add("bucket.localhost:4566");
    headers.addAll(java.util.List.of(more));
    return request("PUT /a%20key?tagging=x&y", headers.toArray(String[]::new));
  }

  private void assertRefused(HttpRequest request, SigningPolicy policy, Object what) {
    assertThat(refusal(authenticator, request, policy)).as("%s", what).isNotNull();
  }

  private void assertLineAndHeadersHold(HttpRequest signed, SigningPolicy policy, byte[] body) {
    for (var name : signed.headers().names()) {
      var value = signed.headers().first(name);
      for (int i = 0; value != null && i < value.length(); i++) {
        var headers = copy(signed.headers());
        var c = value.charAt(i);
        headers.set(name, value.substring(0, i) + (c == 'q' ? 'r' : 'q') + value.substring(i + 1));
        assertRefused(with(signed, headers).withBody(Body.of(body)), policy, name + " at " + i);
      }
      var without = copy(signed.headers());
      without.remove(name);
      if (!name.equals("authorization")) {
        assertRefused(with(signed, without).withBody(Body.of(body)), policy, "no " + name);
      }
      var twice = copy(signed.headers());
      twice.add(name, value == null ? "" : value);
      assertRefused(with(signed, twice).withBody(Body.of(body)), policy, name + " twice");
    }
    var target = signed.rawPath() + "?" + signed.rawQuery();
    for (int i = 1; i < target.length(); i++) {
      if (target.charAt(i) == '?' || target.charAt(i) == '&' || target.charAt(i) == '=') {
        continue;
      }
      var changed =
          target.substring(0, i) + (target.charAt(i) == '1' ? '2' : '1') + target.substring(i + 1);
      int mark = changed.indexOf('?');
      assertRefused(
          with(signed, changed.substring(0, mark), changed.substring(mark + 1))
              .withBody(Body.of(body)),
          policy,
          changed);
    }
    assertRefused(
        new HttpRequest(
            "POST",
            signed.rawPath(),
            signed.rawQuery(),
            signed.headers(),
            Body.of(body),
            "203.0.113.7",
            true),
        policy,
        "method");
  }

  @Test
  void serviceRequests() {
    var body = utf8("Action=GetCallerIdentity&Version=2011-06-15");
    var signed = signer("sts").sign(put("Content-Type", "text/plain"), body, NOW);
    assertThat(refusal(authenticator, signed, Fixture.STS)).isNull();
    assertLineAndHeadersHold(signed, Fixture.STS, body);
    for (int i = 0; i < body.length; i++) {
      var changed = body.clone();
      changed[i] ^= 1;
      assertRefused(signed.withBody(Body.of(changed)), Fixture.STS, "body at " + i);
    }
  }

  @Test
  void s3Requests() {
    var body = utf8("Welcome to the bucket");
    var signed = signer("s3").sign(put("x-amz-meta-a", "b", "content-md5", "x"), body, NOW);
    assertThat(refusal(authenticator, signed, Fixture.S3)).isNull();
    assertLineAndHeadersHold(signed, Fixture.S3, body);
    for (int i = 0; i < body.length; i++) {
      var changed = body.clone();
      changed[i] ^= 1;
      var error = refusal(authenticator, signed.withBody(Body.of(changed)), Fixture.S3);
      assertThat(error).isNotNull();
      assertThat(error.code()).isEqualTo("XAmzContentSHA256Mismatch");
    }
  }

  @Test
  void streamedBodies() {
    var body = new byte[300_000];
    var signed = signer("s3").sign(put(), body, NOW);
    for (int i = 0; i < body.length; i += 29_999) {
      var changed = body.clone();
      changed[i] = 1;
      var request = signed.withBody(new Body(new ByteArrayInputStream(changed), changed.length));
      var error = refusal(authenticator, request, Fixture.S3);
      assertThat(error).isNotNull();
      assertThat(error.code()).isEqualTo("XAmzContentSHA256Mismatch");
    }
  }

  @Test
  void presignedRequests() {
    var signed = signer("s3").presign(put(), Duration.ofHours(1), NOW);
    assertThat(refusal(authenticator, signed, Fixture.S3)).isNull();
    assertLineAndHeadersHold(signed, Fixture.S3, new byte[0]);
  }

  @Test
  void chunks() {
    var content = new byte[20_000];
    var trailers = new HttpHeaders().add("x-amz-checksum-crc32", "AAAAAA==");
    var plain = signer("s3").signChunks(put(), content, 8192, NOW);
    var trailing = signer("s3").signChunks(put(), content, 8192, trailers, NOW);
    for (var signed : java.util.List.of(plain, trailing)) {
      var body = Fixture.bytes(signed);
      assertThat(refusal(authenticator, signed.withBody(Body.of(body)), Fixture.S3)).isNull();
      for (int i = 0; i < body.length; i += i % 8292 < 110 || i > 20_000 ? 1 : 97) {
        var changed = body.clone();
        changed[i] ^= 1;
        assertRefused(signed.withBody(Body.of(changed)), Fixture.S3, "body at " + i);
      }
      for (int length = 0; length < body.length; length += 61) {
        assertRefused(
            signed.withBody(Body.of(java.util.Arrays.copyOf(body, length))),
            Fixture.S3,
            "cut at " + length);
      }
    }
  }

  @Test
  void chunksCannotBeSwapped() {
    var content = new byte[3 * 8192];
    java.util.Arrays.fill(content, 0, 8192, (byte) 'a');
    java.util.Arrays.fill(content, 8192, 2 * 8192, (byte) 'b');
    var signed = signer("s3").signChunks(put(), content, 8192, NOW);
    var body = Fixture.bytes(signed);
    int size = "2000;chunk-signature=".length() + 64 + 2 + 8192 + 2;
    var swapped = body.clone();
    System.arraycopy(body, 0, swapped, size, size);
    System.arraycopy(body, size, swapped, 0, size);
    assertRefused(signed.withBody(Body.of(swapped)), Fixture.S3, "swapped chunks");
  }
}
