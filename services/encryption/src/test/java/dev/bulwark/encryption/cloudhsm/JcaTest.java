package dev.bulwark.encryption.cloudhsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bulwark.cloudhsm.jca.CloudHsmProvider;
import dev.bulwark.cloudhsm.jca.HsmKey;
import dev.bulwark.cloudhsm.jca.HsmKeySpec;
import dev.bulwark.hsm.SoftHsm;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipFile;
import javax.crypto.AEADBadTagException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import jdk.security.jarsigner.JarSigner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Java's cryptography, and what the JDK does with it, with keys in a cluster. */
final class JcaTest {
  private static final byte[] TEXT = "attack at dawn".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AAD = "to the general".getBytes(StandardCharsets.US_ASCII);

  private static ClusterWorld world;
  private static CloudHsmProvider provider;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(SoftHsm.findLibrary(System.getenv()).isPresent(), SoftHsm.INSTALL);
    world = new ClusterWorld();
    provider = world.provider();
    Security.addProvider(provider);
  }

  @AfterAll
  static void stop() {
    if (world != null) {
      Security.removeProvider(CloudHsmProvider.NAME);
      provider.close();
      world.close();
    }
  }

  private static KeyPair pair(String algorithm, String name, int bits) throws Exception {
    var generator = KeyPairGenerator.getInstance(algorithm, provider);
    generator.initialize(new HsmKeySpec(name, bits));
    return generator.generateKeyPair();
  }

  private static SecretKey secret(String algorithm, String name, int bits) throws Exception {
    var generator = KeyGenerator.getInstance(algorithm, provider);
    generator.init(new HsmKeySpec(name, bits));
    return generator.generateKey();
  }

  private static KeyStore keyStore() throws Exception {
    var store = KeyStore.getInstance(CloudHsmProvider.NAME, provider);
    store.load(null, null);
    return store;
  }

  /** As applications do that name no provider. */
  private static byte[] sign(String algorithm, PrivateKey key) throws Exception {
    var signer = Signature.getInstance(algorithm);
    signer.initSign(key);
    signer.update(TEXT);
    return signer.sign();
  }

  private static boolean verify(String algorithm, PublicKey key, byte[] signature)
      throws Exception {
    var verifier = Signature.getInstance(algorithm);
    verifier.initVerify(key);
    verifier.update(TEXT);
    return verifier.verify(signature);
  }

  @Test
  void anAesKeyEncrypts() throws Exception {
    var key = secret("AES", "aes", 256);
    assertThat(key.getEncoded()).isNull();
    var cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    cipher.updateAAD(AAD);
    var sealed = cipher.doFinal(TEXT);
    var nonce = cipher.getIV();
    assertThat(sealed).hasSize(TEXT.length + 16);
    assertThat(nonce).hasSize(12);
    var opener = Cipher.getInstance("AES/GCM/NoPadding");
    opener.init(Cipher.DECRYPT_MODE, key, cipher.getParameters());
    opener.updateAAD(AAD);
    opener.update(sealed, 0, 5);
    assertThat(opener.doFinal(sealed, 5, sealed.length - 5)).isEqualTo(TEXT);
    opener.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(128, nonce));
    assertThatThrownBy(() -> opener.doFinal(sealed)).isInstanceOf(AEADBadTagException.class);
    assertThatThrownBy(
            () -> cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(128, new byte[12])))
        .hasMessageContaining("the cluster makes the nonce");
    cipher.init(Cipher.ENCRYPT_MODE, key);
    cipher.doFinal(new byte[64 * 1024]);
    assertThat(cipher.getIV()).isNotEqualTo(nonce);
    assertThatThrownBy(() -> cipher.update(new byte[80 * 1024])).hasMessageContaining("65536");
  }

  @Test
  void pairsSignForWhomeverVerifies() throws Exception {
    for (int bits : List.of(256, 384, 521)) {
      var ec = pair("EC", "ec-" + bits, bits);
      for (var hash : List.of("256", "384", "512")) {
        var algorithm = "SHA" + hash + "withECDSA";
        assertThat(verify(algorithm, ec.getPublic(), sign(algorithm, ec.getPrivate()))).isTrue();
      }
    }
    var rsa = pair("RSA", "rsa", 2048);
    assertThat(rsa.getPrivate().getEncoded()).isNull();
    assertThat(verify("SHA256withRSA", rsa.getPublic(), sign("SHA256withRSA", rsa.getPrivate())))
        .isTrue();
    var pss = new PSSParameterSpec("SHA-384", "MGF1", new MGF1ParameterSpec("SHA-384"), 48, 1);
    var signer = Signature.getInstance("RSASSA-PSS", provider);
    signer.setParameter(pss);
    signer.initSign(rsa.getPrivate());
    signer.update(TEXT);
    var signature = signer.sign();
    var verifier = Signature.getInstance("RSASSA-PSS", provider);
    verifier.setParameter(pss);
    verifier.initVerify(rsa.getPublic());
    verifier.update(TEXT);
    assertThat(verifier.verify(signature)).isTrue();
    verifier.update(AAD);
    assertThat(verifier.verify(signature)).isFalse();
  }

  @Test
  void anRsaKeyDecryptsWhatTheJdkEncrypted() throws Exception {
    var pair = pair("RSA", "oaep", 2048);
    for (var hash : List.of("1", "256", "384", "512")) {
      var transformation = "RSA/ECB/OAEPWithSHA-" + hash + "AndMGF1Padding";
      var encrypter = Cipher.getInstance(transformation);
      encrypter.init(Cipher.ENCRYPT_MODE, pair.getPublic());
      var sealed = encrypter.doFinal(TEXT);
      var opener = Cipher.getInstance(transformation);
      opener.init(Cipher.DECRYPT_MODE, pair.getPrivate());
      assertThat(opener.doFinal(sealed)).isEqualTo(TEXT);
      sealed[7] ^= 1;
      assertThatThrownBy(() -> opener.doFinal(sealed)).isInstanceOf(BadPaddingException.class);
    }
    var wrapper = Cipher.getInstance("RSA/ECB/OAEPWithSHA-256AndMGF1Padding", provider);
    wrapper.init(Cipher.WRAP_MODE, pair.getPublic());
    var wrapped = wrapper.wrap(new SecretKeySpec(new byte[16], "AES"));
    wrapper.init(Cipher.UNWRAP_MODE, pair.getPrivate());
    assertThat(wrapper.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded())
        .isEqualTo(new byte[16]);
  }

  @Test
  void aSecretFromElsewhereMakesTheSameMacs() throws Exception {
    var made = secret("HmacSHA256", "made", 256);
    var mac = Mac.getInstance("HmacSHA256");
    mac.init(made);
    assertThat(mac.doFinal(TEXT)).hasSize(32).isEqualTo(mac.doFinal(TEXT));

    var pair = pair("RSA", "import", 2048);
    var local = new SecretKeySpec("0123456789abcdef0123456789abcdef".getBytes("US-ASCII"), "HMAC");
    var wrapper = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
    wrapper.init(Cipher.WRAP_MODE, pair.getPublic());
    var inside =
        provider.hsmKeys().unwrap("imported", "HMAC_256", pair.getPrivate(), wrapper.wrap(local));
    var here = Mac.getInstance("HmacSHA256");
    here.init(local);
    mac.init(inside);
    assertThat(mac.doFinal(TEXT)).isEqualTo(here.doFinal(TEXT));
    assertThat(inside.getEncoded()).isNull();
  }

  @Test
  void theKeyStoreListsKeysAndKeepsTheirCertificates() throws Exception {
    var pair = pair("EC", "listed", 256);
    var store = keyStore();
    assertThat(Collections.list(store.aliases())).contains("listed");
    assertThat(store.getKey("listed", null)).isInstanceOf(HsmKey.EcPrivate.class);
    assertThat(store.getKey("nothing", null)).isNull();
    assertThat(store.getCertificate("listed")).isNull();
    var certificate = world.owner.certify("listed", pair.getPublic());
    var chain = new Certificate[] {certificate, world.owner.parsed()};
    store.setKeyEntry("listed", pair.getPrivate(), null, chain);
    var foreign = world.owner.certify("other", ClusterWorld.pair().getPublic());
    assertThatThrownBy(
            () -> store.setKeyEntry("listed", pair.getPrivate(), null, new Certificate[] {foreign}))
        .isInstanceOf(KeyStoreException.class);
    var file = new ByteArrayOutputStream();
    store.store(file, "changeit".toCharArray());
    var again = KeyStore.getInstance(CloudHsmProvider.NAME, provider);
    again.load(new ByteArrayInputStream(file.toByteArray()), "changeit".toCharArray());
    assertThat(again.getCertificateChain("listed")).containsExactly(chain);
    assertThat(again.getCertificateAlias(certificate)).isEqualTo("listed");
    again.deleteEntry("listed");
    assertThat(keyStore().containsAlias("listed")).isFalse();
    assertThatThrownBy(() -> sign("SHA256withECDSA", pair.getPrivate()))
        .hasMessageContaining("There is no such key");
  }

  @Test
  void aTlsServerOfTheJdkProvesItsNameWithAKeyInTheCluster() throws Exception {
    for (var algorithm : List.of("EC", "RSA")) {
      var name = "tls-" + algorithm;
      var pair = pair(algorithm, name, algorithm.equals("EC") ? 256 : 2048);
      var store = keyStore();
      store.setKeyEntry(
          name,
          pair.getPrivate(),
          null,
          new Certificate[] {world.owner.certify("localhost", pair.getPublic())});
      var keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, null);
      var server = SSLContext.getInstance("TLS");
      server.init(keys.getKeyManagers(), null, null);
      var trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("owner", world.owner.parsed());
      var trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(trusted);
      for (var version : List.of("TLSv1.3", "TLSv1.2")) {
        var client = SSLContext.getInstance(version);
        client.init(null, trust.getTrustManagers(), null);
        assertThat(greeting(server, client, version)).isEqualTo("hello");
      }
      store.deleteEntry(name);
    }
  }

  private static String greeting(SSLContext server, SSLContext client, String version)
      throws Exception {
    try (var listener = (SSLServerSocket) server.getServerSocketFactory().createServerSocket(0)) {
      var greeter =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try (var accepted = listener.accept()) {
                      accepted.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
                    } catch (java.io.IOException e) {
                      // The client sees it, too.
                    }
                  });
      try (var socket =
          (SSLSocket)
              client.getSocketFactory().createSocket("127.0.0.1", listener.getLocalPort())) {
        socket.setEnabledProtocols(new String[] {version});
        socket.setSoTimeout(10_000);
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        greeter.join();
      }
    }
  }

  @Test
  void aJarIsSignedByAKeyInTheCluster() throws Exception {
    var pair = pair("RSA", "jar", 2048);
    var plain = folder.resolve("plain.jar");
    try (var jar = new JarOutputStream(Files.newOutputStream(plain))) {
      jar.putNextEntry(new JarEntry("text"));
      jar.write(TEXT);
    }
    var signed = folder.resolve("signed.jar");
    var path =
        CertificateFactory.getInstance("X.509")
            .generateCertPath(List.of(world.owner.certify("signer", pair.getPublic())));
    try (var in = new ZipFile(plain.toFile());
        var out = Files.newOutputStream(signed)) {
      new JarSigner.Builder(pair.getPrivate(), path)
          .signatureAlgorithm("SHA256withRSA", provider)
          .build()
          .sign(in, out);
    }
    try (var jar = new JarFile(signed.toFile(), true)) {
      var entry = jar.getJarEntry("text");
      assertThat(jar.getInputStream(entry).readAllBytes()).isEqualTo(TEXT);
      assertThat(entry.getCodeSigners()).hasSize(1);
    }
  }

  @Test
  void settingsComeFromAFile() throws Exception {
    var settings = world.settings(world.owner, ClusterWorld.PASSWORD);
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    var password = "changeit".toCharArray();
    store.setKeyEntry(
        "client", settings.key(), password, settings.chain().toArray(new Certificate[0]));
    try (var out = Files.newOutputStream(folder.resolve("client.p12"))) {
      store.store(out, password);
    }
    Files.writeString(folder.resolve("p12.password"), "changeit\n");
    Files.writeString(folder.resolve("user.password"), ClusterWorld.PASSWORD + "\n");
    Files.writeString(folder.resolve("customerCA.crt"), world.owner.certificate);
    var file = folder.resolve("cluster.properties");
    Files.writeString(
        file,
        """
        host=127.0.0.1
        port=%d
        cluster=%s
        trust.anchor=customerCA.crt
        client.keystore=client.p12
        client.keystore.password.file=p12.password
        user=app
        password.file=user.password
        """
            .formatted(world.front.port(), world.cluster));
    try (var configured = (CloudHsmProvider) new CloudHsmProvider().configure(file.toString())) {
      assertThat(configured.hsmKeys().random(16)).hasSize(16);
    }
  }

  @Test
  void keysDoNotLeave() throws Exception {
    var key = secret("AES", "stays", 128);
    assertThat(key.toString()).isEqualTo("AES key stays in a cluster");
    assertThatThrownBy(() -> new ObjectOutputStream(new ByteArrayOutputStream()).writeObject(key))
        .isInstanceOf(NotSerializableException.class);
    assertThatThrownBy(() -> secret("AES", "stays", 128))
        .hasMessageContaining("There is a key of that name");
  }
}
