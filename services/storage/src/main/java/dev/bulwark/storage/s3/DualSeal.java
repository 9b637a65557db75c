package dev.bulwark.storage.s3;

/** Sealed twice: within under one key, around that under another that has nothing to do with it. */
record DualSeal(ContentSeal inner, ContentSeal outer) implements ContentSeal {
  @Override
  public int overhead() {
    return inner.overhead() + outer.overhead();
  }

  @Override
  public byte[] seal(Form form, byte[] plain, byte[] place) {
    return outer.seal(form, inner.seal(form, plain, place), place);
  }

  @Override
  public byte[] open(Form form, byte[] sealed, byte[] place) {
    return inner.open(form, outer.open(form, sealed, place), place);
  }

  @Override
  public boolean isShared() {
    return false;
  }
}
