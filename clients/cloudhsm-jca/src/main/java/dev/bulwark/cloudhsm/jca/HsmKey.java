package dev.bulwark.cloudhsm.jca;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.security.Key;
import java.security.PrivateKey;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECParameterSpec;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;

/** A key in a cluster, by its name. It has no encoding, and cannot be serialized. */
public abstract sealed class HsmKey implements Key
    permits HsmKey.Secret, HsmKey.RsaPrivate, HsmKey.EcPrivate {
  private static final long serialVersionUID = 1L;

  private final transient Cluster cluster;
  private final String name;
  private final String algorithm;

  private HsmKey(Cluster cluster, String name, String algorithm) {
    this.cluster = cluster;
    this.name = name;
    this.algorithm = algorithm;
  }

  /** Its name in the cluster. */
  public String name() {
    return name;
  }

  Cluster cluster() {
    return cluster;
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public @Nullable String getFormat() {
    return null;
  }

  @Override
  public byte @Nullable [] getEncoded() {
    return null;
  }

  @Override
  public String toString() {
    return algorithm + " key " + name + " in a cluster";
  }

  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("a key in a cluster stays there");
  }

  /** An AES or HMAC key. */
  public static final class Secret extends HsmKey implements SecretKey {
    private static final long serialVersionUID = 1L;

    Secret(Cluster cluster, String name, String algorithm) {
      super(cluster, name, algorithm);
    }
  }

  /** The private half of an RSA pair. */
  public static final class RsaPrivate extends HsmKey implements PrivateKey, RSAKey {
    private static final long serialVersionUID = 1L;

    private final transient RSAPublicKey publicKey;

    RsaPrivate(Cluster cluster, String name, RSAPublicKey publicKey) {
      super(cluster, name, "RSA");
      this.publicKey = publicKey;
    }

    @Override
    public BigInteger getModulus() {
      return publicKey.getModulus();
    }

    /** None; without this, both interfaces' own are there from Java 22 on, and neither counts. */
    @Override
    public @Nullable AlgorithmParameterSpec getParams() {
      return null;
    }
  }

  /** The private half of a pair on a curve. */
  public static final class EcPrivate extends HsmKey implements PrivateKey, ECKey {
    private static final long serialVersionUID = 1L;

    private final transient ECPublicKey publicKey;

    EcPrivate(Cluster cluster, String name, ECPublicKey publicKey) {
      super(cluster, name, "EC");
      this.publicKey = publicKey;
    }

    @Override
    public ECParameterSpec getParams() {
      return publicKey.getParams();
    }
  }
}
