package dev.bulwark.storage.s3;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The canonical user ids by which S3 names accounts as owners: 64 hexadecimal digits that follow
 * from the account id.
 */
public final class CanonicalUsers {
  private CanonicalUsers() {}

  /** The canonical user id of an account. */
  public static String idOf(String accountId) {
    var text = "canonical-user:" + accountId;
    return HexFormat.of()
        .formatHex(
            ChecksumAlgorithm.messageDigest("SHA-256")
                .digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
