package dev.bulwark.storage.s3;

/**
 * Seals the bytes of one object, so that nobody reads them, changes them or moves them elsewhere
 * unnoticed.
 */
interface ContentSeal {

  /** What is sealed: the same bytes are no good as the other. */
  enum Form {
    /** A small object, whole. */
    ROW("s3/object-row"),
    /** A block of a blob. */
    BLOCK("s3/object-blob");

    private final String purpose;

    Form(String purpose) {
      this.purpose = purpose;
    }

    String purpose() {
      return purpose;
    }
  }

  /** By how much sealed bytes are longer than what they hold. */
  int overhead();

  /**
   * Seals bytes.
   *
   * @param place where they belong
   */
  byte[] seal(Form form, byte[] plain, byte[] place);

  /** Opens what {@link #seal} made. */
  byte[] open(Form form, byte[] sealed, byte[] place);

  /**
   * Whether who may read the object is settled without its key, so that opened bytes can be kept at
   * hand.
   */
  boolean isShared();
}
