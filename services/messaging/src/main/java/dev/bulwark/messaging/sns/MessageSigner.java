package dev.bulwark.messaging.sns;

import dev.bulwark.base.Randomness;
import dev.bulwark.cryptography.Certificates;
import dev.bulwark.cryptography.RsaSignatures;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signs what SNS sends, with a key of the installation's own, whose certificate subscribers can get
 * here. Made with the first signature. Thread-safe.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html">Verifying
 *     the signatures of messages</a>
 */
final class MessageSigner {
  private static final String PURPOSE = "sns/signing-key";
  private static final String ROW = "current";
  private static final int BITS = 2048;
  private static final Duration VALIDITY = Duration.ofDays(3650);

  /** A key as stored. */
  record Stored(byte[] sealedKey, byte[] certificate) {}

  private record Loaded(RsaSignatures signatures, String pem, String id) {}

  private final Store store;
  private final Table<Stored> keys;
  private final Sealer sealer;
  private final Clock clock;
  private volatile @Nullable Loaded loaded;

  MessageSigner(Store store, Sealer sealer, Clock clock) {
    this.store = store;
    this.keys = store.table(TableSpec.json("sns_signing_keys", Stored.class));
    this.sealer = sealer;
    this.clock = clock;
  }

  /**
   * A signature in base64.
   *
   * @param version {@code 1} for SHA-1, {@code 2} for SHA-256
   */
  String sign(String text, String version) {
    try {
      var signature =
          loaded()
              .signatures()
              .sign(
                  text.getBytes(StandardCharsets.UTF_8),
                  version.equals("2") ? "SHA256withRSA" : "SHA1withRSA");
      return Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java cannot sign with RSA", e);
    }
  }

  /** The certificate in PEM. */
  String certificate() {
    return loaded().pem();
  }

  /** Below the installation's address. */
  String certificatePath() {
    return "/_bulwark/" + certificateFile();
  }

  /** As AWS names it. */
  String certificateFile() {
    return "SimpleNotificationService-" + loaded().id() + ".pem";
  }

  /** Forgets the key, for a laboratory that has forgotten all rows. */
  void forget() {
    loaded = null;
  }

  private Loaded loaded() {
    var known = loaded;
    if (known == null) {
      known = load();
      loaded = known;
    }
    return known;
  }

  private synchronized Loaded load() {
    try {
      var stored = keys.get(ROW);
      if (stored == null) {
        var made = make();
        // Whoever was first keeps its key.
        stored =
            store.write(
                tx -> {
                  var before = keys.get(tx, ROW);
                  if (before == null) {
                    keys.put(tx, ROW, made);
                  }
                  return before == null ? made : before;
                });
      }
      var signatures =
          RsaSignatures.by(sealer.open(PURPOSE, stored.sealedKey(), stored.certificate()));
      var pem = Certificates.pem("CERTIFICATE", stored.certificate());
      var digest = java.security.MessageDigest.getInstance("SHA-256").digest(stored.certificate());
      return new Loaded(signatures, pem, HexFormat.of().formatHex(digest, 0, 16));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no key to sign messages with", e);
    }
  }

  private Stored make() throws GeneralSecurityException {
    var pair = Certificates.keyPair("RSA", BITS, Randomness.secure());
    var issuer = new Certificates.Issuer("CN=sns.bulwark", pair);
    var now = clock.instant();
    var content =
        new Certificates.Content(
            issuer.name(),
            pair.getPublic(),
            now.minus(Duration.ofDays(1)),
            now.plus(VALIDITY),
            false,
            List.of());
    var certificate = Certificates.issue(content, issuer, Randomness.secure()).getEncoded();
    return new Stored(
        sealer.seal(PURPOSE, pair.getPrivate().getEncoded(), certificate), certificate);
  }
}
