package dev.bulwark.messaging.sns;

import dev.bulwark.base.Randomness;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
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

  private record Loaded(PrivateKey key, String pem, String id) {}

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
      var signature = Signature.getInstance(version.equals("2") ? "SHA256withRSA" : "SHA1withRSA");
      signature.initSign(loaded().key());
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(signature.sign());
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
      var key =
          KeyFactory.getInstance("RSA")
              .generatePrivate(
                  new PKCS8EncodedKeySpec(
                      sealer.open(PURPOSE, stored.sealedKey(), stored.certificate())));
      var pem =
          "-----BEGIN CERTIFICATE-----\n"
              + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(stored.certificate())
              + "\n-----END CERTIFICATE-----\n";
      var digest = java.security.MessageDigest.getInstance("SHA-256").digest(stored.certificate());
      return new Loaded(key, pem, HexFormat.of().formatHex(digest, 0, 16));
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new IllegalStateException("no key to sign messages with", e);
    }
  }

  private Stored make() throws GeneralSecurityException, IOException, OperatorCreationException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS, Randomness.secure());
    KeyPair pair = generator.generateKeyPair();
    var name = new X500Name("CN=sns.bulwark");
    var now = clock.instant();
    var certificate =
        new JcaX509v3CertificateBuilder(
                name,
                new BigInteger(1, Randomness.bytes(16)),
                Date.from(now.minus(Duration.ofDays(1))),
                Date.from(now.plus(VALIDITY)),
                name,
                pair.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
            .getEncoded();
    return new Stored(
        sealer.seal(PURPOSE, pair.getPrivate().getEncoded(), certificate), certificate);
  }
}
