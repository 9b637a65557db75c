package dev.bulwark.storage.s3;

/** Where the bytes of an object lie. */
sealed interface Content {

  /** In the row of the content table under the object's key. */
  record Inline() implements Content {
    static final Inline INSTANCE = new Inline();
  }

  /** In one blob. */
  record Blob(String id) implements Content {}

  /**
   * In a blob for each part; the row of the content table under the object's key holds the {@link
   * PartList}.
   */
  record Parts() implements Content {
    static final Parts INSTANCE = new Parts();
  }
}
