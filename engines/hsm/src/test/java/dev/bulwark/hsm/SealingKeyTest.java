package dev.bulwark.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key in somebody's own token, beside the tokens of this process. */
final class SealingKeyTest {
  private static final byte[] ROOT =
      "a root key of thirty-two bytes..".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] AAD = {1};

  @TempDir Path folder;
  private Path library;
  private Map<String, String> environment;

  @BeforeEach
  void makeToken() throws Exception {
    library = SoftHsm.findLibrary(System.getenv()).orElse(null);
    assumeTrue(library != null, SoftHsm.INSTALL);
    var tool = Path.of("/usr/bin/softhsm2-util");
    assumeTrue(Files.exists(tool), "softhsm2-util is not installed: apt install softhsm2");
    Files.createDirectory(folder.resolve("tokens"));
    var conf = folder.resolve("softhsm2.conf");
    Files.writeString(conf, "directories.tokendir = " + folder.resolve("tokens") + "\n");
    environment = Map.of("SOFTHSM2_CONF", conf.toString());
    var process =
        new ProcessBuilder(
            tool.toString(),
            "--init-token",
            "--free",
            "--label",
            "seal",
            "--pin",
            "1234",
            "--so-pin",
            "5678");
    process.environment().putAll(environment);
    assertThat(process.redirectErrorStream(true).start().waitFor()).isZero();
  }

  private SealingKey key(String label, String pin) {
    return new SealingKey(
        library, "seal", label, () -> pin.getBytes(StandardCharsets.US_ASCII), environment);
  }

  private static void assertKind(HsmException.Kind kind, String words, ThrowingCallable call) {
    assertThatThrownBy(call)
        .hasMessageContaining(words)
        .isInstanceOfSatisfying(HsmException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void itWrapsWithAKeyThatIsThereAndAPinThatIsRight() {
    var key = key("root", "1234");
    var nonce = new byte[Token.NONCE];
    assertKind(HsmException.Kind.NOT_FOUND, "no AES key root", () -> key.wrap(ROOT, AAD, nonce));
    key.make();
    assertKind(HsmException.Kind.REFUSED, "already", key::make);
    var wrapped = key.wrap(ROOT, AAD, nonce);
    assertThat(key.unwrap(wrapped, AAD)).isEqualTo(ROOT);
    key("other", "1234").make();
    assertKind(HsmException.Kind.BAD_DATA, "", () -> key("other", "1234").unwrap(wrapped, AAD));
    assertKind(HsmException.Kind.REFUSED, "PIN", () -> key("root", "9999").unwrap(wrapped, AAD));
    var nowhere = new SealingKey(library, "elsewhere", "root", () -> new byte[] {'1'}, environment);
    assertKind(HsmException.Kind.NOT_FOUND, "no token elsewhere", nowhere::make);
    var nothing =
        new SealingKey(
            folder.resolve("none.so"), "seal", "root", () -> new byte[] {'1'}, environment);
    assertKind(HsmException.Kind.NOT_INSTALLED, "none.so", nothing::make);
  }

  @Test
  void theTokensOfThisProcessGoOnAfterwards() {
    var label = "0123456789abcdef0123456789abcdef";
    var pin = "a pin of the user, long".getBytes(StandardCharsets.US_ASCII);
    try (var hsm = SoftHsm.open(library, folder.resolve("own"))) {
      var token = hsm.create(label, pin, pin);
      token.generate("k", KeySpec.AES_256);
      var sealed = token.encrypt("k", new byte[12], AAD, ROOT);
      key("root", "1234").make();
      assertThat(token.names()).containsExactly("k");
      var wrapped = key("root", "1234").wrap(ROOT, AAD, new byte[12]);
      assertThat(token.decrypt("k", new byte[12], AAD, sealed)).isEqualTo(ROOT);
      assertThat(key("root", "1234").unwrap(wrapped, AAD)).isEqualTo(ROOT);
      assertThat(token.names()).containsExactly("k");
    }
  }
}
