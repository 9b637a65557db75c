package dev.bulwark.state;

import dev.bulwark.base.Ids;
import java.util.regex.Pattern;

/** The name of a blob: 32 lower-case hexadecimal digits, random. */
public record BlobId(String value) {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /**
   * @throws IllegalArgumentException if {@code value} has another form
   */
  public BlobId {
    if (!isValid(value)) {
      throw new IllegalArgumentException("Not the id of a blob");
    }
  }

  static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  static BlobId random() {
    return new BlobId(Ids.hex(16));
  }

  @Override
  public String toString() {
    return value;
  }
}
