package dev.bulwark.storage.s3;

/** Where the bytes of an object lie. */
sealed interface Content {

  /** Beside the object's row: what is small. */
  record Packed() implements Content {
    static final Packed INSTANCE = new Packed();
  }

  /**
   * In the row of the content table under the object's key: how small objects were kept before
   * there were packs. They stay there until they are overwritten.
   */
  record Inline() implements Content {
    static final Inline INSTANCE = new Inline();
  }

  /**
   * Beside a row of its own, which stays where it is when the object becomes an older version: what
   * is small in buckets that keep versions.
   */
  record Kept(String id) implements Content {}

  /** There are none: the record marks that the object was deleted. */
  record Marker() implements Content {
    static final Marker INSTANCE = new Marker();
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

  /** Whether the content table has a row for the object. */
  default boolean hasRow() {
    return this instanceof Inline || this instanceof Parts;
  }
}
