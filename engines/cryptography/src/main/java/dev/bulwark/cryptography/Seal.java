package dev.bulwark.cryptography;

/**
 * What protects the root key while Bulwark does not run: a key file, a hardware module's key, a key
 * service elsewhere. The vault asks it to unwrap the root key at each start, and to wrap it when
 * the root key is made or changed.
 *
 * <p>{@link Shares} protect it otherwise: there people bring what unwraps it.
 */
public interface Seal {
  /**
   * What the seal is called in the seal file, for instance {@code key-file}; another one than in
   * the file refuses to start.
   */
  String kind();

  /** Wraps the root key; the result goes into the seal file. */
  byte[] wrap(byte[] rootKey);

  /**
   * The root key that {@link #wrap} was given.
   *
   * @throws CryptographyException INVALID_CIPHERTEXT where this seal did not wrap it
   */
  byte[] unwrap(byte[] wrapped);
}
