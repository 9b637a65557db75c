package dev.bulwark.access;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;

/**
 * Signature Version 4's percent-encoding: every byte of UTF-8 but RFC 3986's unreserved characters,
 * hexadecimal digits in upper case.
 */
final class UriEncoding {
  private static final boolean[] UNRESERVED = new boolean[128];

  static {
    for (char c = 0; c < 128; c++) {
      UNRESERVED[c] =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || c == '.'
              || c == '_'
              || c == '~';
    }
  }

  private UriEncoding() {}

  /**
   * The path as S3 signs it: each byte encoded once, whatever the client's encoding; dots and
   * double slashes stay.
   */
  static void s3Path(Bytes out, String rawPath) {
    int length = rawPath.length();
    if (length == 0) {
      out.add('/');
      return;
    }
    for (int i = 0; i < length; i++) {
      char c = rawPath.charAt(i);
      if (c == '/' || (c < 128 && UNRESERVED[c])) {
        out.add(c);
      } else {
        decodeAndEncode(out, rawPath, i, length, false, true);
        return;
      }
    }
  }

  /** The path as all other services sign it: normalized, and encoded once more. */
  static void path(Bytes out, String rawPath) {
    var path = needsNormalizing(rawPath) ? normalize(rawPath) : rawPath;
    if (path.isEmpty()) {
      out.add('/');
      return;
    }
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '/' || (c < 128 && UNRESERVED[c])) {
        out.add(c);
      } else if (c < 128) {
        out.percent(c);
      } else {
        encodeAll(out, path.substring(i).getBytes(StandardCharsets.UTF_8), true);
        return;
      }
    }
  }

  private static boolean needsNormalizing(String path) {
    return path.contains("//") || path.contains("/.") || !path.startsWith("/");
  }

  private static String normalize(String path) {
    var segments = new ArrayList<String>();
    int from = 0;
    while (from <= path.length()) {
      int slash = path.indexOf('/', from);
      int to = slash < 0 ? path.length() : slash;
      var segment = path.substring(from, to);
      if (segment.equals("..")) {
        if (!segments.isEmpty()) {
          segments.removeLast();
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
      from = to + 1;
    }
    var directory = path.endsWith("/");
    var joined = "/" + String.join("/", segments);
    return directory && !segments.isEmpty() ? joined + "/" : joined;
  }

  /** A name or value of the query, in its canonical form. */
  static String query(String raw, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = raw.charAt(i);
      if (c >= 128 || !UNRESERVED[c]) {
        var out = new Bytes((to - from) + 32);
        out.ascii(raw.substring(from, i));
        decodeAndEncode(out, raw, i, to, true, false);
        return out.toString();
      }
    }
    return raw.substring(from, to);
  }

  private static void decodeAndEncode(
      Bytes out, String raw, int from, int to, boolean plusIsSpace, boolean keepSlash) {
    for (int i = from; i < to; i++) {
      char c = raw.charAt(i);
      if (c == '%' && i + 2 < to && hex(raw.charAt(i + 1)) >= 0 && hex(raw.charAt(i + 2)) >= 0) {
        encode(out, hex(raw.charAt(i + 1)) << 4 | hex(raw.charAt(i + 2)), keepSlash);
        i += 2;
      } else if (c == '+' && plusIsSpace) {
        out.ascii("%20");
      } else if (c < 128) {
        encode(out, c, keepSlash);
      } else {
        int end = i;
        while (end < to && raw.charAt(end) >= 128) {
          end++;
        }
        encodeAll(out, raw.substring(i, end).getBytes(StandardCharsets.UTF_8), keepSlash);
        i = end - 1;
      }
    }
  }

  private static void encodeAll(Bytes out, byte[] bytes, boolean keepSlash) {
    for (byte b : bytes) {
      encode(out, b & 0xff, keepSlash);
    }
  }

  private static void encode(Bytes out, int b, boolean keepSlash) {
    if (b < 128 && (UNRESERVED[b] || (keepSlash && b == '/'))) {
      out.add(b);
    } else {
      out.percent(b);
    }
  }

  /** Takes the percent-encoding off, for parameters that authentication itself reads. */
  static String decode(String encoded) {
    if (encoded.indexOf('%') < 0) {
      return encoded;
    }
    var out = new Bytes(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%' && i + 2 < encoded.length()) {
        out.add(hex(encoded.charAt(i + 1)) << 4 | hex(encoded.charAt(i + 2)));
        i += 2;
      } else {
        out.add(c);
      }
    }
    return out.toString();
  }

  /** Encodes text as a name or value of a query. */
  static String encode(String text) {
    var out = new Bytes(text.length() + 16);
    encodeAll(out, text.getBytes(StandardCharsets.UTF_8), false);
    return out.toString();
  }

  private static int hex(char c) {
    return Character.digit(c, 16) < 0 || c >= 128 ? -1 : Character.digit(c, 16);
  }
}
