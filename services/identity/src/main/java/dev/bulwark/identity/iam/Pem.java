package dev.bulwark.identity.iam;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Blocks of PEM (RFC 7468). Text between blocks is passed over, as some tools write explanations
 * there.
 *
 * @param label for instance {@code CERTIFICATE}
 */
record Pem(String label, byte[] bytes) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*+)-----END \\1-----");

  /**
   * The blocks of a text.
   *
   * @throws IllegalArgumentException where what stands in one of them is not base64
   */
  static List<Pem> read(String text) {
    var blocks = new ArrayList<Pem>();
    var found = BLOCK.matcher(text);
    while (found.find()) {
      blocks.add(new Pem(found.group(1), Base64.getMimeDecoder().decode(found.group(2).strip())));
    }
    return blocks;
  }

  /** A block as text. */
  static String write(String label, byte[] bytes) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END "
        + label
        + "-----\n";
  }
}
