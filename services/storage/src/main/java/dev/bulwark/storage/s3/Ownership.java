package dev.bulwark.storage.s3;

import org.jspecify.annotations.Nullable;

/**
 * Who owns what others put into a bucket, and whether access control lists count.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html">Object
 *     Ownership</a>
 */
enum Ownership {
  ENFORCED("BucketOwnerEnforced"),
  PREFERRED("BucketOwnerPreferred"),
  WRITER("ObjectWriter");

  private final String text;

  Ownership(String text) {
    this.text = text;
  }

  /** As the API names it. */
  String text() {
    return text;
  }

  static @Nullable Ownership named(@Nullable String text) {
    for (var ownership : values()) {
      if (ownership.text.equals(text)) {
        return ownership;
      }
    }
    return null;
  }
}
