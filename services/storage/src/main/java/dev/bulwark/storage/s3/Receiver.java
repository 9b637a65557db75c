package dev.bulwark.storage.s3;

import dev.bulwark.schema.Body;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Takes in bodies: few bytes into memory, many into a blob in constant memory, with MD5 and
 * checksum on the way.
 */
final class Receiver {
  private static final byte[] NO_MD5 = {};

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

  /** A blob as it is sealed, copied. */
  Received copy(String blob, long size) {
    return new Received(blobs, size, NO_MD5, null, null, blobs.copy(blob));
  }

  /** Small content as it is sealed. */
  Received sealed(byte[] sealed, long size) {
    return new Received(blobs, size, NO_MD5, null, sealed, null);
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
      var stages = new ArrayList<BodyPipeline.Stage>();
      stages.add((bytes, count) -> writer.write(bytes, 0, count));
      stages.add((bytes, count) -> md5.update(bytes, 0, count));
      if (digest != null) {
        stages.add((bytes, count) -> digest.update(bytes, 0, count));
      }
      long size = BodyPipeline.run(body.stream(), body.length(), stages);
      requireEnd(body.stream());
      var md5Value = md5.digest();
      var computed = digest == null ? null : digest.value();
      integrity.check(body, md5Value, computed);
      return new Received(
          blobs, size, md5Value, checksum(algorithm, computed), null, writer.commit());
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
