package dev.bulwark.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens of the SoftHSM2 on this machine. */
final class TokenTest {
  private static final String LABEL = "0123456789abcdef0123456789abcdef";
  private static final String OTHER = "fedcba9876543210fedcba9876543210";
  private static final byte[] PIN = "a pin of the user, long".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OFFICER = "an officer's pin".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NONCE = new byte[Token.NONCE];
  private static final byte[] AAD = {1};
  private static final byte[] TEXT = "attack at dawn".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;
  private SoftHsm hsm;

  @BeforeEach
  void open() {
    var library = SoftHsm.findLibrary(System.getenv());
    assumeTrue(library.isPresent(), SoftHsm.INSTALL);
    hsm = SoftHsm.open(library.get(), folder);
  }

  @AfterEach
  void close() {
    if (hsm != null) {
      hsm.close();
    }
  }

  private static void assertKind(HsmException.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(HsmException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void aKeyEncryptsAndCannotBeExtracted() {
    var token = hsm.create(LABEL, PIN, OFFICER);
    token.generate("k", KeySpec.AES_256);
    var sealed = token.encrypt("k", NONCE, AAD, TEXT);
    assertThat(sealed).hasSize(TEXT.length + Token.TAG);
    assertThat(token.decrypt("k", NONCE, AAD, sealed)).isEqualTo(TEXT);
    assertThat(token.encrypt("k", NONCE, AAD, new byte[0])).hasSize(Token.TAG);
    assertThat(token.decrypt("k", NONCE, AAD, token.encrypt("k", NONCE, AAD, new byte[0])))
        .isEmpty();
    assertKind(HsmException.Kind.BAD_DATA, () -> token.decrypt("k", NONCE, new byte[] {2}, sealed));
    assertKind(HsmException.Kind.REFUSED, () -> token.extract("k"));
    assertKind(HsmException.Kind.REFUSED, () -> token.generate("k", KeySpec.AES_256));
    assertThat(token.names()).containsExactly("k");
    assertThat(token.random(20)).hasSize(20).isNotEqualTo(new byte[20]);
    token.destroy("k");
    assertThat(token.names()).isEmpty();
    assertKind(HsmException.Kind.NOT_FOUND, () -> token.encrypt("k", NONCE, AAD, TEXT));
  }

  @Test
  void aWrongPinOpensNothing() {
    hsm.create(LABEL, PIN, OFFICER);
    hsm.close();
    open();
    assertKind(HsmException.Kind.FAILED, () -> hsm.token(LABEL, OFFICER).names());
    assertKind(HsmException.Kind.NOT_FOUND, () -> hsm.token(OTHER, PIN).names());
    assertThat(hsm.token(LABEL, PIN).names()).isEmpty();
  }

  @Test
  void anArchiveBringsBackTheKeysBesideTheOldOnes() {
    var token = hsm.create(LABEL, PIN, OFFICER);
    token.generate("k", KeySpec.AES_256);
    var sealed = token.encrypt("k", NONCE, AAD, TEXT);
    var archive = new ByteArrayOutputStream();
    hsm.archive(List.of(LABEL), archive);
    hsm.restore(new ByteArrayInputStream(archive.toByteArray()), Map.of(LABEL, OTHER));
    assertThat(hsm.labels()).containsExactlyInAnyOrder(LABEL, OTHER);
    var restored = hsm.token(OTHER, PIN);
    assertThat(restored.decrypt("k", NONCE, AAD, sealed)).isEqualTo(TEXT);
    restored.generate("new", KeySpec.AES_256);
    assertThat(token.names()).containsExactly("k");
    hsm.delete(List.of(LABEL));
    assertKind(HsmException.Kind.NOT_FOUND, () -> token.names());
    hsm.close();
    open();
    assertThat(hsm.token(OTHER, PIN).names()).containsExactlyInAnyOrder("k", "new");
    assertKind(
        HsmException.Kind.BAD_DATA,
        () -> hsm.restore(new ByteArrayInputStream(new byte[10]), Map.of(LABEL, OTHER)));
  }

  @Test
  void aKeyThatIsDestroyedMeanwhileIsNotFound() {
    var token = hsm.create(LABEL, PIN, OFFICER);
    for (var spec : List.of(KeySpec.AES_256, KeySpec.HMAC_256, KeySpec.EC_P256)) {
      token.generate("k", spec);
      hsm.token(LABEL, PIN).destroy("k");
      // It has the handle yet.
      assertKind(HsmException.Kind.NOT_FOUND, () -> token.describe("k"));
      assertKind(HsmException.Kind.NOT_FOUND, () -> token.encrypt("k", NONCE, AAD, TEXT));
      assertThat(token.keys()).isEmpty();
    }
  }

  @Test
  void aTokensKeysAreMadeAndDestroyedOneAfterTheOther() throws Exception {
    var token = hsm.create(LABEL, PIN, OFFICER);
    token.generate("old", KeySpec.AES_256);
    for (Runnable change :
        List.<Runnable>of(
            () -> token.destroy("old"), () -> token.generate("new", KeySpec.AES_256))) {
      var thread = new Thread(change);
      synchronized (hsm.changing(LABEL)) {
        thread.start();
        while (thread.getState() != Thread.State.BLOCKED) {
          assertThat(thread.getState()).isNotEqualTo(Thread.State.TERMINATED);
          Thread.onSpinWait();
        }
        assertThat(token.names()).as("who uses the token waits for nobody").hasSizeLessThan(2);
      }
      thread.join();
    }
    assertThat(token.names()).containsExactly("new");
  }

  @Test
  void manyThreadsUseOneToken() throws Exception {
    var token = hsm.create(LABEL, PIN, OFFICER);
    token.generate("k", KeySpec.AES_256);
    try (var threads = Executors.newFixedThreadPool(8)) {
      var work = new java.util.ArrayList<Future<?>>();
      for (int i = 0; i < 200; i++) {
        work.add(
            threads.submit(
                () ->
                    assertThat(token.decrypt("k", NONCE, AAD, token.encrypt("k", NONCE, AAD, TEXT)))
                        .isEqualTo(TEXT)));
      }
      for (var one : work) {
        one.get();
      }
    }
  }
}
