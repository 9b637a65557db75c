package dev.bulwark.access;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** An access key, with its secret and the principal for whom it speaks. Immutable. */
public final class Credential {
  private static final byte[] SEED_PREFIX = "AWS4".getBytes(StandardCharsets.US_ASCII);

  private final String accessKeyId;
  private final byte[] seed;
  private final Principal principal;
  private final @Nullable Instant expires;
  private final boolean active;

  private Credential(
      String accessKeyId,
      byte[] secretKey,
      Principal principal,
      @Nullable Instant expires,
      boolean active) {
    this.accessKeyId = accessKeyId;
    this.seed = Arrays.copyOf(SEED_PREFIX, SEED_PREFIX.length + secretKey.length);
    System.arraycopy(secretKey, 0, seed, SEED_PREFIX.length, secretKey.length);
    this.principal = principal;
    this.expires = expires;
    this.active = active;
  }

  /**
   * A long-term access key; requests with it must not carry a session token.
   *
   * @param secretKey the secret's characters in ASCII
   * @param active whether the key is not switched off
   */
  public static Credential longTerm(
      String accessKeyId, byte[] secretKey, Principal principal, boolean active) {
    return new Credential(accessKeyId, secretKey, principal, null, active);
  }

  /**
   * A temporary access key; requests with it must carry the session token, which whoever makes this
   * object has verified.
   *
   * @param secretKey the secret's characters in ASCII
   */
  public static Credential temporary(
      String accessKeyId, byte[] secretKey, Principal principal, Instant expires) {
    return new Credential(accessKeyId, secretKey, principal, expires, true);
  }

  public String accessKeyId() {
    return accessKeyId;
  }

  public Principal principal() {
    return principal;
  }

  /** When a temporary credential ends; null for a long-term one. */
  public @Nullable Instant expires() {
    return expires;
  }

  public boolean active() {
    return active;
  }

  /** {@code AWS4} and the secret: what signing keys are derived from. Not to be changed. */
  byte[] seed() {
    return seed;
  }

  /** Leaves out the secret. */
  @Override
  public String toString() {
    return "Credential[" + accessKeyId + ", " + principal.arn() + "]";
  }
}
