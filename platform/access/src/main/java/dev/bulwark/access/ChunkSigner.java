package dev.bulwark.access;

import javax.crypto.Mac;

/**
 * The chain of signatures over the chunks of a body, each of which covers the one before. Not
 * thread-safe.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html">Transferring
 *     payload in multiple chunks</a>
 */
final class ChunkSigner {
  private final Mac key;
  private final String date;
  private final CredentialScope scope;
  private byte[] previous;

  ChunkSigner(Mac key, String date, CredentialScope scope, byte[] seed) {
    this.key = key;
    this.date = date;
    this.scope = scope;
    this.previous = seed;
  }

  /** The next signature, over the SHA-256 of a chunk's data; in hexadecimal. */
  byte[] chunk(byte[] hash) {
    var toSign = begin("AWS4-HMAC-SHA256-PAYLOAD");
    return finish(toSign.ascii(Crypto.EMPTY_HASH).add('\n').hex(hash));
  }

  /** The last signature, over the SHA-256 of the trailing headers; in hexadecimal. */
  byte[] trailer(byte[] hash) {
    return finish(begin("AWS4-HMAC-SHA256-TRAILER").hex(hash));
  }

  private Bytes begin(String algorithm) {
    var toSign = new Bytes(320);
    toSign.ascii(algorithm).add('\n').ascii(date).add('\n');
    scope.write(toSign);
    return toSign.add('\n').add(previous).add('\n');
  }

  private byte[] finish(Bytes toSign) {
    previous = new Bytes(64).hex(Crypto.hmac(key, toSign.array(), 0, toSign.size())).toByteArray();
    return previous;
  }
}
