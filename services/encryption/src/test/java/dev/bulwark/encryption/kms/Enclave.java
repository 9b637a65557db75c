package dev.bulwark.encryption.kms;

import dev.bulwark.cryptography.Certificates;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.jcajce.JceKeyTransEnvelopedRecipient;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/** An enclave with the hypervisor below it, which attests what it is. */
final class Enclave {
  private static final SecureRandom RANDOM = new SecureRandom();

  final X509Certificate root;
  final KeyPair keys = Certificates.keyPair("RSA", 2048, RANDOM);
  final Map<String, @Nullable Object> claims = new LinkedHashMap<>();
  private final KeyPair signer = Certificates.keyPair("EC", 384, RANDOM);

  /** Begins one that is well at a time. */
  Enclave(Instant now) throws GeneralSecurityException {
    var rootKeys = Certificates.keyPair("EC", 384, RANDOM);
    var zoneKeys = Certificates.keyPair("EC", 384, RANDOM);
    root =
        certificate("CN=root", rootKeys, new Certificates.Issuer("CN=root", rootKeys), true, now);
    var ofRoot = Certificates.Issuer.of(root, rootKeys.getPrivate());
    var zone = certificate("CN=zone", zoneKeys, ofRoot, true, now);
    var ofZone = Certificates.Issuer.of(zone, zoneKeys.getPrivate());
    var leaf = certificate("CN=enclave", signer, ofZone, false, now);
    claims.put("module_id", "i-1234567890abcdef0-enc0123456789abcde");
    claims.put("digest", "SHA384");
    claims.put("timestamp", now.toEpochMilli());
    claims.put("pcrs", Map.of(0L, register(7), 8L, register(9)));
    claims.put("certificate", leaf.getEncoded());
    claims.put("cabundle", List.of(root.getEncoded(), zone.getEncoded()));
    claims.put("public_key", keys.getPublic().getEncoded());
    claims.put("user_data", null);
    claims.put("nonce", null);
  }

  private static X509Certificate certificate(
      String name, KeyPair keys, Certificates.Issuer issuer, boolean authority, Instant now) {
    return Certificates.issue(
        new Certificates.Content(
            name,
            keys.getPublic(),
            now.minus(Duration.ofHours(1)),
            now.plus(Duration.ofHours(3)),
            authority,
            List.of()),
        issuer,
        RANDOM);
  }

  static byte[] register(int fill) {
    var value = new byte[48];
    Arrays.fill(value, (byte) fill);
    return value;
  }

  /** The document of what is claimed. */
  byte[] document() {
    var head = cbor(Map.of(1L, -35L));
    var payload = cbor(claims);
    return cbor(
        List.of(
            head,
            Map.of(),
            payload,
            sign(cbor(List.of("Signature1", head, new byte[0], payload)))));
  }

  private byte[] sign(byte[] content) {
    try {
      var signature = Signature.getInstance("SHA384withECDSAinP1363Format");
      signature.initSign(signer.getPrivate());
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** What was encrypted for it. */
  byte[] open(byte[] enveloped) {
    try {
      return new CMSEnvelopedData(enveloped)
          .getRecipientInfos()
          .iterator()
          .next()
          .getContent(
              new JceKeyTransEnvelopedRecipient(keys.getPrivate())
                  .setProvider(new BouncyCastleProvider()));
    } catch (CMSException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] cbor(@Nullable Object value) {
    var out = new ByteArrayOutputStream();
    write(out, value);
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, @Nullable Object value) {
    switch (value) {
      case null -> out.write(0xf6);
      case Long number -> head(out, number < 0 ? 1 : 0, number < 0 ? -1 - number : number);
      case byte[] bytes -> {
        head(out, 2, bytes.length);
        out.writeBytes(bytes);
      }
      case String text -> {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        head(out, 3, bytes.length);
        out.writeBytes(bytes);
      }
      case List<?> list -> {
        head(out, 4, list.size());
        list.forEach(one -> write(out, one));
      }
      case Map<?, ?> map -> {
        head(out, 5, map.size());
        map.forEach(
            (key, one) -> {
              write(out, key);
              write(out, one);
            });
      }
      default -> throw new AssertionError(value);
    }
  }

  /** As short as can be. */
  private static void head(ByteArrayOutputStream out, int kind, long value) {
    if (value < 24) {
      out.write(kind << 5 | (int) value);
      return;
    }
    int form = value < 0x100 ? 0 : value < 0x10000 ? 1 : value < 0x100000000L ? 2 : 3;
    out.write(kind << 5 | 24 + form);
    out.write(ByteBuffer.allocate(8).putLong(value).array(), 8 - (1 << form), 1 << form);
  }
}
