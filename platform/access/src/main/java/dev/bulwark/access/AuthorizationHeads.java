package dev.bulwark.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what stands before the signature in Authorization headers: a client sends the same text
 * all day, so taking it apart once is enough.
 */
final class AuthorizationHeads {
  private static final int MAX_ENTRIES = 2_000;

  /** Several times as long as clients make them; longer ones would fill the memory. */
  private static final int MAX_LENGTH = 1_024;

  private static final String SIGNATURE = "Signature=";

  /** A scope and the headers that a signature covers. */
  record Head(CredentialScope scope, SignedHeaders signedHeaders) {}

  private final Cache<String, Head> entries =
      Caffeine.newBuilder().maximumSize(MAX_ENTRIES).executor(Runnable::run).build();

  /**
   * Where the signature begins in a header that ends with it.
   *
   * @return -1 where it does not
   */
  static int signatureAt(String text) {
    int at = text.lastIndexOf(SIGNATURE) + SIGNATURE.length();
    if (at < SIGNATURE.length()) {
      return -1;
    }
    for (int i = at; i < text.length(); i++) {
      if (AuthorizationHeader.isSeparator(text.charAt(i))) {
        return -1;
      }
    }
    return at;
  }

  @Nullable Head find(String beforeSignature) {
    return entries.getIfPresent(beforeSignature);
  }

  /** Remembers a header whose signature was right: strangers leave nothing here. */
  void put(String beforeSignature, Head head) {
    if (beforeSignature.length() <= MAX_LENGTH) {
      entries.put(beforeSignature, head);
    }
  }
}
