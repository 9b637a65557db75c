package dev.bulwark.storage.s3;

import dev.bulwark.schema.Body;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes in bodies: few bytes into memory, many into a blob in constant memory, with MD5 and
 * checksum on the way.
 */
final class Receiver {
  /** What is taken in at a time. */
  private static final int PIECE = 256 * 1024;

  /** From here on it pays to have a piece hashed by another thread. */
  private static final int SHARED = 128 * 1024;

  private final Blobs blobs;

  Receiver(Blobs blobs) {
    this.blobs = blobs;
  }

  /** The body of a PutObject. */
  Received object(@Nullable Body body, Integrity integrity, ContentSeal seal) {
    return receive(body, integrity, seal, Limits.INLINE_BYTES);
  }

  /** The body of an UploadPart, which is a blob whatever its size. */
  Received part(@Nullable Body body, Integrity integrity, ContentSeal seal) {
    return receive(body, integrity, seal, -1);
  }

  private Received receive(
      @Nullable Body given, Integrity integrity, ContentSeal seal, int inlineLimit) {
    var body = given == null ? Body.empty() : given;
    if (body.length() > Limits.PUT_BYTES) {
      throw S3Errors.entityTooLarge(body.length(), Limits.PUT_BYTES);
    }
    try {
      if (body.length() < 0) {
        return unmeasured(body, integrity, seal);
      }
      return body.length() <= inlineLimit ? inline(body, integrity) : blob(body, integrity, seal);
    } catch (EOFException e) {
      throw S3Errors.incompleteBody();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A body whose length its end will tell, which whoever made it bounds. */
  private Received unmeasured(Body body, Integrity integrity, ContentSeal seal) throws IOException {
    var first = body.stream().readNBytes(Limits.INLINE_BYTES + 1);
    return first.length <= Limits.INLINE_BYTES
        ? inline(Body.of(first), integrity)
        : blob(
            new Body(new SequenceInputStream(new ByteArrayInputStream(first), body.stream()), -1),
            integrity,
            seal);
  }

  private Received inline(Body body, Integrity integrity) throws IOException {
    int length = (int) body.length();
    var bytes = new byte[length];
    var in = body.stream();
    if (in.readNBytes(bytes, 0, length) < length) {
      throw new EOFException();
    }
    requireEnd(in);
    var md5 = ChecksumAlgorithm.messageDigest("MD5").digest(bytes);
    var algorithm = integrity.algorithm();
    var computed = algorithm == null ? null : algorithm.of(bytes);
    integrity.check(body, md5, computed);
    return new Received(blobs, length, md5, checksum(algorithm, computed), bytes, null);
  }

  private Received blob(Body body, Integrity integrity, ContentSeal seal) throws IOException {
    var md5 = ChecksumAlgorithm.messageDigest("MD5");
    var algorithm = integrity.algorithm();
    var digest = algorithm == null ? null : algorithm.newDigest();
    try (var writer = blobs.create(seal)) {
      long size = copy(body, md5, digest, writer);
      var md5Value = md5.digest();
      var computed = digest == null ? null : digest.value();
      integrity.check(body, md5Value, computed);
      return new Received(
          blobs, size, md5Value, checksum(algorithm, computed), null, writer.commit());
    }
  }

  /**
   * Hashes each piece while it is sealed and written, which takes about as long: one large body has
   * the work of two processors.
   */
  private static long copy(
      Body body, MessageDigest md5, ChecksumAlgorithm.@Nullable Digest digest, Blobs.Writer writer)
      throws IOException {
    var in = body.stream();
    boolean measured = body.length() >= 0;
    var buffer = new byte[measured ? (int) Math.min(PIECE, body.length()) : PIECE];
    long size = 0;
    while (!measured || size < body.length()) {
      long rest = measured ? body.length() - size : PIECE;
      int count = in.readNBytes(buffer, 0, (int) Math.min(PIECE, rest));
      if (count == 0) {
        if (measured) {
          throw new EOFException();
        }
        return size;
      }
      Runnable hashing = () -> hash(md5, digest, buffer, count);
      if (count < SHARED) {
        hashing.run();
        writer.write(buffer, 0, count);
      } else {
        var hashed = CompletableFuture.runAsync(hashing, task -> Thread.ofVirtual().start(task));
        writer.write(buffer, 0, count);
        hashed.join();
      }
      size += count;
    }
    requireEnd(in);
    return size;
  }

  private static void hash(
      MessageDigest md5, ChecksumAlgorithm.@Nullable Digest digest, byte[] bytes, int count) {
    md5.update(bytes, 0, count);
    if (digest != null) {
      digest.update(bytes, 0, count);
    }
  }

  /**
   * The last signature and the trailing headers of a body are checked when its end is reached, not
   * before.
   */
  private static void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw S3Errors.incompleteBody();
    }
  }

  private static @Nullable Checksum checksum(
      @Nullable ChecksumAlgorithm algorithm, byte @Nullable [] computed) {
    return algorithm == null || computed == null ? null : Checksum.full(algorithm, computed);
  }
}
