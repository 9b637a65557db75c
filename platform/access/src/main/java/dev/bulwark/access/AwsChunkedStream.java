package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.HttpHeaders;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the {@code aws-chunked} encoding off a body, in constant memory. Each chunk's signature is
 * checked as soon as the chunk has been read, before a byte of the next is handed out, and the end
 * of the stream is told only after the last signature and the trailing headers have been checked:
 * whoever throws away what it has written when reading fails never keeps an unverified byte.
 * Failures are thrown from {@code read} as S3's errors. Not thread-safe.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">Trailing
 *     headers</a>
 */
public final class AwsChunkedStream extends InputStream {
  private static final int MAX_CHUNK_LINE = 256;
  private static final int MAX_TRAILER_LINE = 1024;
  private static final int MAX_TRAILERS = 16;
  private static final int MIN_CHUNK = 8192;
  private static final String SIGNATURE = ";chunk-signature=";
  private static final String TRAILER_SIGNATURE = "x-amz-trailer-signature";

  /** The only headers that may trail. */
  private static final Set<String> CHECKSUMS =
      Set.of(
          "x-amz-checksum-crc32",
          "x-amz-checksum-crc32c",
          "x-amz-checksum-crc64nvme",
          "x-amz-checksum-sha1",
          "x-amz-checksum-sha256");

  private final InputStream in;
  private final long decodedLength;
  private final @Nullable ChunkSigner signer;
  private final boolean trailing;
  private final List<String> declared;
  private final HttpHeaders trailers = new HttpHeaders();
  private final MessageDigest digest = Crypto.sha256();

  private byte[] signature = new byte[0];
  private long total;
  private long remaining;
  private int chunk;
  private long chunkSize = -1;
  private boolean ended;
  private @Nullable ApiException failure;

  /**
   * @param signer null where chunks are not signed
   * @param trailing whether trailing headers follow the last chunk
   * @param declared their names, from X-Amz-Trailer
   */
  AwsChunkedStream(
      InputStream in,
      long decodedLength,
      @Nullable ChunkSigner signer,
      boolean trailing,
      List<String> declared) {
    this.in = new BufferedInputStream(in, 16 << 10);
    this.decodedLength = decodedLength;
    this.signer = signer;
    this.trailing = trailing;
    this.declared = declared;
  }

  static List<String> declaredTrailers(HttpHeaders headers) {
    var names = new ArrayList<String>(1);
    for (var value : headers.all("x-amz-trailer")) {
      for (var name : value.split(",", MAX_TRAILERS)) {
        if (!name.isBlank()) {
          names.add(supported(name.trim().toLowerCase(Locale.ROOT)));
        }
      }
    }
    return names;
  }

  private static String supported(String name) {
    if (!CHECKSUMS.contains(name)) {
      throw new ApiException(
          "InvalidRequest",
          400,
          "The value specified in the x-amz-trailer header is not supported");
    }
    return name;
  }

  /**
   * The trailing headers, such as {@code x-amz-checksum-crc32}; empty before the end of the stream
   * was reached.
   */
  public HttpHeaders trailers() {
    return ended ? trailers : new HttpHeaders();
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int from, int length) throws IOException {
    if (failure != null) {
      throw failure;
    }
    if (ended) {
      return -1;
    }
    if (length == 0) {
      return 0;
    }
    try {
      while (remaining == 0) {
        nextChunk();
        if (ended) {
          return -1;
        }
      }
      int count = in.read(target, from, (int) Math.min(length, remaining));
      if (count < 0) {
        throw S3AuthErrors.incomplete();
      }
      if (signer != null) {
        digest.update(target, from, count);
      }
      remaining -= count;
      if (remaining == 0) {
        endChunk();
      }
      return count;
    } catch (ApiException e) {
      failure = e;
      throw e;
    }
  }

  private void nextChunk() throws IOException {
    var line = line(MAX_CHUNK_LINE);
    int end = line.indexOf(';');
    long size = size(line, end < 0 ? line.length() : end);
    signature(line, end);
    if (size > decodedLength - total) {
      throw S3AuthErrors.incomplete();
    }
    if (size > 0 && chunkSize >= 0 && chunkSize < MIN_CHUNK) {
      throw new ApiException(
              "InvalidChunkSizeError",
              403,
              "Only the last chunk is allowed to have a size less than 8192 bytes")
          .with("Chunk", chunk + 1)
          .with("BadChunkSize", chunkSize);
    }
    chunk++;
    chunkSize = size;
    remaining = size;
    total += size;
    if (size == 0) {
      finish();
    }
  }

  private void endChunk() throws IOException {
    if (in.read() != '\r' || in.read() != '\n') {
      throw S3AuthErrors.incomplete();
    }
    verifyChunk();
  }

  private void verifyChunk() {
    if (signer != null && !MessageDigest.isEqual(signer.chunk(digest.digest()), signature)) {
      throw S3AuthErrors.mismatch();
    }
  }

  private void finish() throws IOException {
    verifyChunk();
    if (total != decodedLength) {
      throw S3AuthErrors.incomplete();
    }
    readTrailers();
    ended = true;
  }

  /** Without trailing headers there is the one empty line. */
  private void readTrailers() throws IOException {
    var covered = new Bytes(128);
    String provided = null;
    for (int count = 0; ; count++) {
      var line = line(MAX_TRAILER_LINE);
      if (line.isEmpty()) {
        // Some clients put an empty line between the trailing headers and their signature.
        if (signer != null && trailing && provided == null && count > 0 && count <= MAX_TRAILERS) {
          continue;
        }
        break;
      }
      int colon = line.indexOf(':');
      if (!trailing || colon <= 0 || count > MAX_TRAILERS || provided != null) {
        throw malformedTrailer();
      }
      var name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
      var value = line.substring(colon + 1).trim();
      if (name.equals(TRAILER_SIGNATURE) && signer != null) {
        provided = value;
        continue;
      }
      if (!declared.contains(name) || trailers.contains(name)) {
        throw malformedTrailer();
      }
      trailers.add(name, value);
      covered.utf8(name).add(':').utf8(value).add('\n');
    }
    for (var name : declared) {
      if (trailing && !trailers.contains(name)) {
        throw malformedTrailer();
      }
    }
    if (trailing && signer != null) {
      verifyTrailer(signer, covered, provided);
    }
    if (in.read() >= 0) {
      throw S3AuthErrors.incomplete();
    }
  }

  private static void verifyTrailer(ChunkSigner signer, Bytes covered, @Nullable String provided) {
    var expected = signer.trailer(Crypto.sha256(covered.array(), 0, covered.size()));
    if (provided == null
        || !MessageDigest.isEqual(expected, provided.getBytes(StandardCharsets.UTF_8))) {
      throw S3AuthErrors.mismatch();
    }
  }

  private static ApiException malformedTrailer() {
    return new ApiException(
        "MalformedTrailerError",
        400,
        "The request contained trailing data that was not well-formed or did not conform to our published schema.");
  }

  private static long size(String line, int end) {
    if (end == 0 || end > 15) {
      throw S3AuthErrors.incomplete();
    }
    long size = 0;
    for (int i = 0; i < end; i++) {
      int digit = Character.digit(line.charAt(i), 16);
      if (digit < 0) {
        throw S3AuthErrors.incomplete();
      }
      size = size << 4 | digit;
    }
    return size;
  }

  private void signature(String line, int semicolon) {
    if (signer == null) {
      if (semicolon >= 0) {
        throw S3AuthErrors.incomplete();
      }
      return;
    }
    if (semicolon < 0 || !line.startsWith(SIGNATURE, semicolon)) {
      throw S3AuthErrors.incomplete();
    }
    signature =
        line.substring(semicolon + SIGNATURE.length()).getBytes(StandardCharsets.ISO_8859_1);
  }

  /** A line without its CRLF. */
  private String line(int limit) throws IOException {
    var line = new Bytes(96);
    while (true) {
      int b = in.read();
      if (b == '\r') {
        if (in.read() != '\n') {
          throw S3AuthErrors.incomplete();
        }
        return new String(line.array(), 0, line.size(), StandardCharsets.ISO_8859_1);
      }
      // A trailing header may end in a line feed before the CRLF, as AWS's documentation shows it.
      if (b == '\n' && line.size() > 0 && trailing && total == decodedLength) {
        if (in.read() != '\r' || in.read() != '\n') {
          throw S3AuthErrors.incomplete();
        }
        return new String(line.array(), 0, line.size(), StandardCharsets.ISO_8859_1);
      }
      if (b < 0 || b == '\n' || line.size() == limit) {
        throw S3AuthErrors.incomplete();
      }
      line.add(b);
    }
  }

  @Override
  public int available() throws IOException {
    return ended || failure != null ? 0 : (int) Math.min(remaining, in.available());
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
