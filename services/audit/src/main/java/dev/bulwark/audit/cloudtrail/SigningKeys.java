package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.ListPublicKeysRequest;
import dev.bulwark.api.cloudtrail.ListPublicKeysResponse;
import dev.bulwark.api.cloudtrail.PublicKey;
import dev.bulwark.audit.cloudtrail.TrailTables.SigningKey;
import dev.bulwark.base.Randomness;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * The keys that sign digests: one for each Region, replaced from time to time. Old public keys are
 * kept, so that old digests stay verifiable.
 */
final class SigningKeys {
  private static final Duration USED_FOR = Duration.ofDays(30);
  private static final String PURPOSE = "cloudtrail/signing-key";
  private static final int BITS = 2048;

  private final TrailTables tables;
  private final Sealer sealer;

  SigningKeys(TrailTables tables, Sealer sealer) {
    this.tables = tables;
    this.sealer = sealer;
  }

  /** The key that signs in a Region at that time; it is made where there is none. */
  SigningKey current(String region, Instant now) {
    var newest =
        tables
            .store()
            .read(
                tx ->
                    tables
                        .signingKeys()
                        .scan(tx, Scan.prefix(Key.prefix(region)).reversed().limit(1)));
    if (!newest.isEmpty() && now.isBefore(newest.getFirst().value().to())) {
      return newest.getFirst().value();
    }
    var key = generate(region, now);
    tables.store().run(tx -> tables.signingKeys().put(tx, Key.of(region, now.toString()), key));
    return key;
  }

  private SigningKey generate(String region, Instant now) {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS, Randomness.secure());
      var pair = generator.generateKeyPair();
      var publicKey = pkcs1((RSAPublicKey) pair.getPublic());
      var fingerprint =
          HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(publicKey));
      var sealed =
          sealer.seal(
              PURPOSE,
              pair.getPrivate().getEncoded(),
              fingerprint.getBytes(StandardCharsets.UTF_8));
      return new SigningKey(region, fingerprint, publicKey, sealed, now, now.plus(USED_FOR));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A signature with SHA-256 and PKCS #1 padding, in hexadecimal. */
  String sign(SigningKey key, String text) {
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(privateKey(key));
      signature.update(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private PrivateKey privateKey(SigningKey key) throws GeneralSecurityException {
    var encoded =
        sealer.open(
            PURPOSE, key.sealedPrivateKey(), key.fingerprint().getBytes(StandardCharsets.UTF_8));
    return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
  }

  /** RSAPublicKey of RFC 8017, appendix A.1.1, in DER. */
  private static byte[] pkcs1(RSAPublicKey key) {
    var numbers = new ByteArrayOutputStream();
    numbers.writeBytes(der(2, key.getModulus()));
    numbers.writeBytes(der(2, key.getPublicExponent()));
    return der(0x30, numbers.toByteArray());
  }

  private static byte[] der(int tag, BigInteger number) {
    return der(tag, number.toByteArray());
  }

  private static byte[] der(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      var length = BigInteger.valueOf(content.length).toByteArray();
      int from = length[0] == 0 ? 1 : 0;
      out.write(0x80 | (length.length - from));
      out.write(length, from, length.length - from);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** The public keys that were in use in some of the time; without times, the current one. */
  ListPublicKeysResponse list(ListPublicKeysRequest in, Call call) {
    var to = in.endTime() == null ? call.time() : in.endTime();
    var from = in.startTime() == null ? to : in.startTime();
    if (from.isAfter(to)) {
      throw CloudTrailErrors.startAfterEnd();
    }
    List<PublicKey> keys =
        tables
            .store()
            .read(tx -> tables.signingKeys().scan(tx, Scan.prefix(Key.prefix(call.region()))))
            .stream()
            .map(row -> row.value())
            .filter(key -> !key.from().isAfter(to) && !key.to().isBefore(from))
            .map(key -> new PublicKey(key.publicKey(), key.from(), key.to(), key.fingerprint()))
            .toList();
    return new ListPublicKeysResponse(keys, null);
  }
}
