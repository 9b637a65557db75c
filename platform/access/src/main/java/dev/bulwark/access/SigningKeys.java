package dev.bulwark.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.security.MessageDigest;
import javax.crypto.Mac;

/**
 * Remembers derived signing keys. An entry holds the secret that it was derived from, so that a new
 * secret never meets an old key.
 */
final class SigningKeys {
  private static final int MAX_ENTRIES = 10_000;

  private record Name(String accessKeyId, String date, String region, String service) {}

  private static final class Entry {
    private final byte[] seed;
    private final Mac key;

    Entry(byte[] seed, Mac key) {
      this.seed = seed;
      this.key = key;
    }
  }

  private final Cache<Name, Entry> entries =
      Caffeine.newBuilder().maximumSize(MAX_ENTRIES).executor(Runnable::run).build();

  Mac find(Credential credential, CredentialScope scope) {
    var name = new Name(scope.accessKeyId(), scope.date(), scope.region(), scope.service());
    var entry = entries.getIfPresent(name);
    if (entry != null && MessageDigest.isEqual(entry.seed, credential.seed())) {
      return entry.key;
    }
    var key = Crypto.signingKey(credential.seed(), scope.date(), scope.region(), scope.service());
    entries.put(name, new Entry(credential.seed(), key));
    return key;
  }
}
