package dev.bulwark.storage.s3;

import dev.bulwark.base.Randomness;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Ids of versions: opaque to clients. An id holds the version's place among those of its key, so
 * that its row is found without an index.
 */
final class VersionIds {
  private static final int RANDOM_BYTES = 16;
  private static final int BYTES = RANDOM_BYTES + Long.BYTES;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.]{32}");

  private VersionIds() {}

  /** A new id for a place. */
  static String of(long sequence) {
    var id = ByteBuffer.allocate(BYTES).put(Randomness.bytes(RANDOM_BYTES)).putLong(sequence);
    var text = Base64.getUrlEncoder().withoutPadding().encodeToString(veiled(id.array()));
    // AWS's ids have dots where base64url has hyphens.
    return text.replace('-', '.');
  }

  /** Mixes the place with random bytes, or out again, so that ids do not count up. */
  private static byte[] veiled(byte[] id) {
    for (int i = RANDOM_BYTES; i < BYTES; i++) {
      id[i] ^= id[i - RANDOM_BYTES];
    }
    return id;
  }

  /** Places as they sort: the newest first. */
  static String rank(long sequence) {
    return HexFormat.of().toHexDigits(Long.MAX_VALUE - sequence);
  }

  /**
   * The rank of an id.
   *
   * @return null where it is no id of a version
   */
  static @Nullable String rankOf(String versionId) {
    if (!FORM.matcher(versionId).matches()) {
      return null;
    }
    var id = veiled(Base64.getUrlDecoder().decode(versionId.replace('.', '-')));
    long sequence = ByteBuffer.wrap(id).getLong(RANDOM_BYTES);
    return sequence < 0 ? null : rank(sequence);
  }

  /** Refuses what cannot be an id. */
  static void check(@Nullable String versionId) {
    if (versionId != null
        && !versionId.equals(ObjectRecord.NULL_VERSION)
        && rankOf(versionId) == null) {
      throw S3Errors.invalidArgument("Invalid version id specified", "versionId", versionId);
    }
  }
}
