package dev.bulwark.storage.s3;

import dev.bulwark.state.Sealer;

/** SSE-S3: sealed under keys of the installation. */
record ServerSeal(Sealer sealer) implements ContentSeal {
  @Override
  public int overhead() {
    return Sealer.OVERHEAD;
  }

  @Override
  public byte[] seal(Form form, byte[] plain, byte[] place) {
    return sealer.seal(form.purpose(), plain, place);
  }

  @Override
  public byte[] open(Form form, byte[] sealed, byte[] place) {
    return sealer.open(form.purpose(), sealed, place);
  }

  @Override
  public boolean isShared() {
    return true;
  }
}
