package dev.bulwark.storage.s3;

import dev.bulwark.base.Ids;
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
  private static final int RANDOM_BYTES = 15;
  private static final int PLACE_LENGTH = 12;
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_.]{20}[A-Za-z0-9_.]{12}");

  private VersionIds() {}

  /** A new id for a place. */
  static String of(long sequence) {
    var place = ByteBuffer.allocate(9).put((byte) 0).putLong(sequence).array();
    return shown(
        Ids.token(RANDOM_BYTES) + Base64.getUrlEncoder().withoutPadding().encodeToString(place));
  }

  /** AWS's ids have dots where base64url has hyphens. */
  private static String shown(String base64) {
    return base64.replace('-', '.');
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
    var place = versionId.substring(versionId.length() - PLACE_LENGTH).replace('.', '-');
    long sequence = ByteBuffer.wrap(Base64.getUrlDecoder().decode(place)).getLong(1);
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
