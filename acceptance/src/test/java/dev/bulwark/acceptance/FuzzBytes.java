package dev.bulwark.acceptance;

import dev.bulwark.schema.Protocol;
import dev.bulwark.wire.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Damages bytes: documents, chunks, and HTTP itself. */
final class FuzzBytes {
  private static final byte[] BOMB = bomb();

  private final Random random;

  FuzzBytes(Random random) {
    this.random = random;
  }

  private static byte[] bomb() {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      var zeros = new byte[1 << 20];
      for (var i = 0; i < 64; i++) {
        gzip.write(zeros);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return out.toByteArray();
  }

  /** A document that its parser has to refuse, or may not choke on. */
  byte[] mangle(byte[] body, Protocol protocol, HttpHeaders headers) {
    return switch (random.nextInt(12)) {
      case 0 -> Arrays.copyOf(body, body.length == 0 ? 0 : random.nextInt(body.length));
      case 1, 2 -> flipped(body);
      case 3 -> spliced(body, new byte[] {(byte) 0xc0, (byte) 0x80, (byte) 0xff, (byte) 0xfe});
      case 4 -> joined(body, body);
      case 5 -> new byte[0];
      case 6, 7 -> hostile(protocol);
      case 8 -> {
        headers.set("content-encoding", "gzip");
        yield random.nextInt(10) == 0 ? BOMB : Arrays.copyOf(BOMB, 5000);
      }
      case 9 -> random.nextInt(60) == 0 ? new byte[17 << 20] : new byte[random.nextInt(100_000)];
      case 10 -> spliced(body, nested(protocol, 1 + random.nextInt(20_000)));
      default -> nested(protocol, 1 + random.nextInt(20_000));
    };
  }

  private byte[] flipped(byte[] body) {
    var copy = body.clone();
    for (var i = copy.length == 0 ? 0 : 1 + random.nextInt(8); i > 0; i--) {
      copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
    }
    return copy;
  }

  private byte[] spliced(byte[] body, byte[] piece) {
    var at = body.length == 0 ? 0 : random.nextInt(body.length);
    return joined(
        joined(Arrays.copyOf(body, at), piece), Arrays.copyOfRange(body, at, body.length));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    var all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private byte[] nested(Protocol protocol, int depth) {
    return switch (protocol) {
      case AWS_JSON_1_0, AWS_JSON_1_1, REST_JSON -> utf8("{\"a\":".repeat(depth));
      case REST_XML -> utf8("<a>".repeat(depth));
      case RPC_V2_CBOR -> {
        var bytes = new byte[depth];
        Arrays.fill(bytes, (byte) 0x81);
        yield bytes;
      }
      case QUERY, EC2_QUERY -> utf8("&" + "a.1.".repeat(Math.min(depth, 10_000)) + "b=c");
    };
  }

  private byte[] hostile(Protocol protocol) {
    return switch (protocol) {
      case AWS_JSON_1_0, AWS_JSON_1_1, REST_JSON ->
          utf8(
              one(
                  "[]",
                  "null",
                  "\"text\"",
                  "{\"a\":1e99999999}",
                  "{\"a\":" + "9".repeat(100_000) + "}",
                  "{\"a\":\"\\uD800\"}",
                  "{\"__proto__\":{}}",
                  "{\"a\":1,\"a\":2}",
                  "{" + "\"k\":0,".repeat(50_000) + "\"z\":1}",
                  "\uFEFF{}",
                  "{} {}",
                  "{'a':1}"));
      case REST_XML ->
          utf8(
              one(
                  "<!DOCTYPE a [<!ENTITY b \"cccccccccc\"><!ENTITY d \"&b;&b;&b;&b;&b;\">]><a>&d;&d;</a>",
                  "<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
                  "<a/><b/>",
                  "<a b='1' b='2'/>",
                  "<a>&nosuch;</a>",
                  "<a>&#0;&#x110000;</a>",
                  "<?xml version=\"1.0\" encoding=\"utf-16\"?><a/>",
                  "<a" + " x='1'".repeat(5000) + "/>",
                  "<x:a xmlns:y='z'/>",
                  "<a><![CDATA[".repeat(100),
                  "text"));
      case RPC_V2_CBOR ->
          switch (random.nextInt(6)) {
            // A map, an array, a text and bytes of 2^63 - 1 elements each.
            case 0 -> cbor(0xbb, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
            case 1 -> cbor(0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
            case 2 -> cbor(0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
            case 3 -> cbor(0x5a, 0xff, 0xff, 0xff, 0xff);
            case 4 -> cbor(0xbf, 0x5f, 0x5f, 0x5f);
            default -> cbor(0xff, 0x1f, 0xfc);
          };
      case QUERY, EC2_QUERY ->
          utf8(
              one(
                  "Action",
                  "Action=%zz",
                  "Action=GetUser&Action=ListUsers&Version=2010-05-08",
                  "Action=ListUsers&Version=" + "1".repeat(10_000),
                  "&=&=&=",
                  "Action=ListUsers&Version=2010-05-08&Tags.member.99999999999.Key=a",
                  "Action=TagUser&Version=2010-05-08&UserName=fuzz-user&Tags.member.2147483647.Key=a",
                  "Action=TagUser&Version=2010-05-08&UserName=fuzz-user&Tags.member.-1.Key=a",
                  "Action=ListUsers&Version=2010-05-08" + "&a=b".repeat(30_000)));
    };
  }

  private String one(String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private static byte[] cbor(int... bytes) {
    var out = new byte[bytes.length];
    for (var i = 0; i < bytes.length; i++) {
      out[i] = (byte) bytes[i];
    }
    return out;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Chunks with wrong signatures, sizes or ends, of the same length in all. */
  byte[] mangleChunks(byte[] body) {
    return switch (random.nextInt(5)) {
      case 0 -> body;
      case 1 -> {
        var copy = body.clone();
        copy[random.nextInt(Math.min(80, copy.length))] = 'f';
        yield copy;
      }
      case 2 -> {
        var copy = body.clone();
        copy[copy.length - 1 - random.nextInt(Math.min(80, copy.length))] = '0';
        yield copy;
      }
      case 3 -> {
        var copy = body.clone();
        Arrays.fill(copy, Math.max(0, copy.length - 40), copy.length, (byte) 'a');
        yield copy;
      }
      default -> flipped(body);
    };
  }

  /** What no HTTP client sends. The connection is of no use afterwards. */
  byte[] breakHttp(byte[] request) {
    var text = new String(request, StandardCharsets.ISO_8859_1);
    var end = text.indexOf("\r\n\r\n");
    var line = text.indexOf("\r\n");
    var head = text.substring(0, end);
    var rest = text.substring(end);
    var broken =
        switch (random.nextInt(16)) {
          case 0 -> withLength(head, "3") + rest;
          case 1 -> withLength(head, "99999") + rest;
          case 2 -> withLength(head, "-1") + rest;
          case 3 -> withLength(head, "99999999999999999999") + rest;
          case 4 -> head + "\r\ncontent-length: 1" + rest;
          case 5 -> head + "\r\ntransfer-encoding: chunked" + rest;
          case 6 -> withLength(head, "") + "\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc";
          case 7 ->
              withLength(head, "")
                  + "\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nabc\r\n0\r\n\r\n";
          case 8 -> head + "\r\nno colon in this line" + rest;
          case 9 -> head + "\r\nx-nul: a\0b" + rest;
          case 10 -> head + "\r\nx-long: " + "z".repeat(100_000) + rest;
          case 11 -> head + "\r\nx-many: z".repeat(6000) + rest;
          case 12 -> "G E T / HTTP/1.1" + text.substring(line);
          case 13 -> "GET /" + "p".repeat(50_000) + " HTTP/1.1" + text.substring(line);
          case 14 -> "GET / HTTP/9.9" + text.substring(line);
          default -> "get" + text.substring(text.indexOf(' '));
        };
    return broken.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String withLength(String head, String length) {
    var without = head.replaceAll("(?i)\r\ncontent-length: *\\d+", "");
    return length.isEmpty() ? without : without + "\r\ncontent-length: " + length;
  }
}
