package dev.bulwark.benchmarks.keys;

import dev.bulwark.cryptography.KeyMaterial;
import dev.bulwark.cryptography.KeyPair;
import dev.bulwark.cryptography.KeySpec;
import dev.bulwark.cryptography.SigningAlgorithm;
import dev.bulwark.cryptography.SigningAlgorithm.Input;
import java.lang.management.ManagementFactory;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.PSSParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Signatures as KMS makes them against each provider that can make them: within a tenth of the
 * fastest. Rates are by the processor time of the thread, so that other work hardly counts.
 */
public final class SigningBenchmark {
  private static final String ACCP =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
  private static final double WANTED = 0.90;
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 300_000_000;

  private SigningBenchmark() {}

  private interface Signer {
    byte[] sign(byte[] message) throws Exception;
  }

  private record Contender(String name, Signer signer, double[] best) {}

  /** Runs it; takes no arguments. */
  public static void main(String[] args) throws Exception {
    for (var spec :
        List.of(
            KeySpec.RSA_2048,
            KeySpec.RSA_3072,
            KeySpec.RSA_4096,
            KeySpec.ECC_NIST_P256,
            KeySpec.ECC_NIST_P384,
            KeySpec.ECC_NIST_P521,
            KeySpec.ECC_SECG_P256K1,
            KeySpec.ECC_NIST_EDWARDS25519,
            KeySpec.ML_DSA_44,
            KeySpec.ML_DSA_65,
            KeySpec.ML_DSA_87)) {
      try (var material = KeyMaterial.generate(spec, new SecureRandom())) {
        for (var algorithm : SigningAlgorithm.of(spec)) {
          if (algorithm.inputs().contains(Input.RAW) && !algorithm.name().matches(".*_(384|512)")
              || SigningAlgorithm.of(spec).size() <= 2 && algorithm.inputs().contains(Input.RAW)) {
            compare(material, algorithm);
          }
        }
      }
    }
  }

  private static void compare(KeyMaterial material, SigningAlgorithm algorithm) throws Exception {
    var key = KeyPair.of(material);
    var contenders = new ArrayList<Contender>();
    contenders.add(
        new Contender(
            "Bulwark", message -> key.sign(algorithm, Input.RAW, message), new double[1]));
    contenders.addAll(providers(material, algorithm));
    // In turn, so that what else the machine does meets all alike.
    for (int round = 0; round < ROUNDS; round++) {
      for (var one : contenders) {
        one.best()[0] = Math.max(one.best()[0], rate(one.signer()));
      }
    }
    var ours = contenders.removeFirst();
    double fastest = contenders.stream().mapToDouble(one -> one.best()[0]).max().orElse(0);
    var others = new StringBuilder();
    contenders.forEach(
        one -> others.append(String.format(Locale.ROOT, ", %s %,.0f", one.name(), one.best()[0])));
    double ratio = ours.best()[0] / fastest;
    System.out.printf(
        Locale.ROOT,
        "%s %s: %,.0f signatures a CPU second%s; %.2f of the fastest (wanted %.2f)%s%n",
        material.spec(),
        algorithm,
        ours.best()[0],
        others,
        ratio,
        WANTED,
        ratio < WANTED ? " MISSED" : "");
  }

  private static List<Contender> providers(KeyMaterial material, SigningAlgorithm algorithm)
      throws Exception {
    var found = new ArrayList<Contender>();
    var all = new ArrayList<Provider>(List.of(Security.getProviders()));
    all.add(new BouncyCastleProvider());
    try {
      all.add((Provider) Class.forName(ACCP).getField("INSTANCE").get(null));
    } catch (ReflectiveOperationException | LinkageError e) {
      System.out.println("Amazon Corretto Crypto Provider does not load here");
    }
    for (var provider : all) {
      try {
        var key = key(material, provider);
        Signer signer =
            message -> {
              var signature = Signature.getInstance(javaName(algorithm), provider);
              signature.initSign(key);
              if (algorithm.name().contains("PSS")) {
                signature.setParameter(pss());
              }
              signature.update(message);
              return signature.sign();
            };
        signer.sign(new byte[1024]);
        found.add(new Contender(provider.getName(), signer, new double[1]));
      } catch (Exception e) {
        // Not every provider can do everything.
      }
    }
    return found;
  }

  private static PSSParameterSpec pss() {
    return new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);
  }

  private static String javaName(SigningAlgorithm algorithm) {
    return switch (algorithm) {
      case RSASSA_PSS_SHA_256 -> "RSASSA-PSS";
      case RSASSA_PKCS1_V1_5_SHA_256 -> "SHA256withRSA";
      case ECDSA_SHA_256 -> "SHA256withECDSA";
      case ECDSA_SHA_384 -> "SHA384withECDSA";
      case ECDSA_SHA_512 -> "SHA512withECDSA";
      case ED25519_SHA_512 -> "Ed25519";
      case ML_DSA_SHAKE_256 -> "ML-DSA";
      default -> throw new IllegalArgumentException(algorithm.name());
    };
  }

  private static PrivateKey key(KeyMaterial material, Provider provider) throws Exception {
    var name =
        switch (material.spec().family()) {
          case RSA -> "RSA";
          case NIST_CURVE, SECG_CURVE -> "EC";
          case EDWARDS_CURVE -> "Ed25519";
          default -> "ML-DSA";
        };
    KeyFactory factory;
    try {
      factory = KeyFactory.getInstance(name, provider);
    } catch (java.security.NoSuchAlgorithmException e) {
      factory = KeyFactory.getInstance(name);
    }
    return factory.generatePrivate(new PKCS8EncodedKeySpec(material.copySecret()));
  }

  /** Signatures a second of processor time, each of another message. */
  private static double rate(Signer signer) throws Exception {
    var threads = ManagementFactory.getThreadMXBean();
    var message = new byte[1024];
    long count = 0;
    long began = threads.getCurrentThreadCpuTime();
    long now = began;
    while (now - began < ROUND_NANOS) {
      message[(int) (count % message.length)]++;
      signer.sign(message);
      count++;
      now = threads.getCurrentThreadCpuTime();
    }
    return count * 1e9 / (now - began);
  }
}
