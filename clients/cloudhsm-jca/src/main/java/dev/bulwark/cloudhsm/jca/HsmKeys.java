package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** The keys of a crypto user, and what JCA has no calls for. */
public final class HsmKeys {
  private final Cluster cluster;

  HsmKeys(Cluster cluster) {
    this.cluster = cluster;
  }

  /** The names of all keys. */
  public List<String> names() {
    var names = new ArrayList<String>();
    while (true) {
      var page = cluster.ask(Operation.LIST_KEYS, names.isEmpty() ? "" : names.getLast());
      for (int i = 0; i < page.fields().size(); i += 2) {
        names.add(page.text(i));
      }
      if (page.fields().size() < 2 * Operation.PAGE) {
        return names;
      }
    }
  }

  /** A secret key, or the private half of a pair. */
  public Optional<Key> find(String name) {
    try {
      var kind = cluster.ask(Operation.DESCRIBE_KEY, name).text(0);
      return Optional.of(isPair(kind) ? pair(name, kind).getPrivate() : secret(name, kind));
    } catch (CloudHsmException e) {
      if (e.status() == Status.NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static boolean isPair(String kind) {
    return kind.startsWith("RSA_") || kind.startsWith("EC_");
  }

  /**
   * The public half of a pair, a key of the JDK's.
   *
   * @throws CloudHsmException NOT_FOUND, or REFUSED where it has none
   */
  public PublicKey publicKey(String name) {
    return publicKey(name, cluster.ask(Operation.DESCRIBE_KEY, name).text(0));
  }

  private PublicKey publicKey(String name, String kind) {
    var encoded = cluster.ask(Operation.PUBLIC_KEY, name).fields().getFirst();
    try {
      return KeyFactory.getInstance(kind.startsWith("RSA_") ? "RSA" : "EC")
          .generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new CloudHsmException("The public key cannot be read", e);
    }
  }

  private KeyPair pair(String name, String kind) {
    var publicKey = publicKey(name, kind);
    PrivateKey privateKey =
        switch (publicKey) {
          case RSAPublicKey rsa -> new HsmKey.RsaPrivate(cluster, name, rsa);
          case ECPublicKey ec -> new HsmKey.EcPrivate(cluster, name, ec);
          default -> throw new CloudHsmException(Status.FAILED, "a pair of another kind");
        };
    return new KeyPair(publicKey, privateKey);
  }

  private SecretKey secret(String name, String kind) {
    return new HsmKey.Secret(
        cluster, name, kind.startsWith("AES_") ? "AES" : "HmacSHA" + kind.substring(5));
  }

  SecretKey makeSecret(String name, String kind) {
    cluster.ask(Operation.GENERATE_KEY, name, kind);
    return secret(name, kind);
  }

  KeyPair makePair(String name, String kind) {
    cluster.ask(Operation.GENERATE_KEY, name, kind);
    return pair(name, kind);
  }

  /**
   * Brings a secret key in that another key of the cluster unwraps: an RSA pair by OAEP with SHA-1
   * and MGF1 with SHA-1, an AES key by RFC 5649 ({@code AES/KWP/NoPadding}). It does not leave the
   * cluster from then on.
   *
   * @param kind AES_128, AES_192, AES_256, HMAC_256, HMAC_384 or HMAC_512
   * @throws CloudHsmException BAD_DATA where it does not unwrap, REFUSED where the name is taken
   */
  public SecretKey unwrap(String name, String kind, Key wrappingKey, byte[] wrapped)
      throws InvalidKeyException {
    cluster.ask(Operation.UNWRAP_KEY, name, kind, own(wrappingKey, HsmKey.class).name(), wrapped);
    return secret(name, kind);
  }

  /**
   * Deletes a key, with its public half.
   *
   * @throws CloudHsmException NOT_FOUND
   */
  public void delete(String name) {
    cluster.ask(Operation.DELETE_KEY, name);
  }

  /** Random bytes of the cluster, up to 1024. */
  public byte[] random(int count) {
    return cluster.ask(Operation.RANDOM, count).fields().getFirst();
  }

  static <T extends HsmKey> T own(@Nullable Key key, Class<T> type) throws InvalidKeyException {
    if (!type.isInstance(key)) {
      throw new InvalidKeyException("a key of this kind, in the cluster, is needed");
    }
    return type.cast(key);
  }
}
