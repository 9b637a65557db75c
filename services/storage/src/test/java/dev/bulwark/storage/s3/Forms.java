package dev.bulwark.storage.s3;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Forms as browsers post them, signed by the root. */
final class Forms {
  static final String BOUNDARY = "----WebKitFormBoundary7MA4YWxkTrZu0gW";
  static final String TYPE = "multipart/form-data; boundary=" + BOUNDARY;

  private Forms() {}

  /** The fields of a form with a signed policy of these conditions. */
  static Map<String, String> signed(Lab lab, String bucket, String conditions) {
    var now = lab.clock.base().instant().atOffset(ZoneOffset.UTC);
    var date = now.format(DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'"));
    var day = date.substring(0, 8);
    var credential = lab.rootKeyId() + "/" + day + "/us-east-1/s3/aws4_request";
    var document =
        """
        {"expiration":"%s","conditions":[{"bucket":"%s"},
          {"x-amz-algorithm":"AWS4-HMAC-SHA256"},{"x-amz-credential":"%s"},{"x-amz-date":"%s"},%s]}"""
            .formatted(now.plusHours(1).toInstant(), bucket, credential, date, conditions);
    var policy = Base64.getEncoder().encodeToString(document.getBytes(StandardCharsets.UTF_8));
    var key = hmac(("AWS4" + Lab.SECRET).getBytes(StandardCharsets.UTF_8), day);
    for (var part : new String[] {"us-east-1", "s3", "aws4_request"}) {
      key = hmac(key, part);
    }
    var fields = new LinkedHashMap<String, String>();
    fields.put("key", "user/${filename}");
    fields.put("x-amz-algorithm", "AWS4-HMAC-SHA256");
    fields.put("x-amz-credential", credential);
    fields.put("x-amz-date", date);
    fields.put("policy", policy);
    fields.put("x-amz-signature", HexFormat.of().formatHex(hmac(key, policy)));
    return fields;
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The body of a form with a file. */
  static byte[] body(Map<String, String> fields, byte[] file) {
    var body = new ByteArrayOutputStream();
    fields.forEach(
        (name, value) ->
            body.writeBytes(
                ("--"
                        + BOUNDARY
                        + "\r\nContent-Disposition: form-data; name=\""
                        + name
                        + "\"\r\n\r\n"
                        + value
                        + "\r\n")
                    .getBytes(StandardCharsets.UTF_8)));
    body.writeBytes(
        ("--"
                + BOUNDARY
                + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\a b.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(file);
    body.writeBytes(("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
    return body.toByteArray();
  }
}
