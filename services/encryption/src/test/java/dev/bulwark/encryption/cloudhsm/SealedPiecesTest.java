package dev.bulwark.encryption.cloudhsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SealedPiecesTest {
  private static final int MIB = 1024 * 1024;

  private final Sealer sealer = Sealer.ephemeral();

  private byte[] write(byte[] content) throws IOException {
    var file = new ByteArrayOutputStream();
    try (var to = SealedPieces.writer(file, sealer, "file")) {
      to.write(content, 0, content.length / 2);
      to.write(content, content.length / 2, content.length - content.length / 2);
    }
    return file.toByteArray();
  }

  private byte[] read(byte[] file, String name) throws IOException {
    var from = new ByteArrayInputStream(file);
    assertThat(from.read()).isEqualTo(SealedPieces.FORMAT);
    try (var open = SealedPieces.reader(from, sealer, name)) {
      return open.readAllBytes();
    }
  }

  @Test
  void whatIsWrittenIsReadWhateverItsLength() throws Exception {
    for (int length : new int[] {0, 1, MIB, MIB + 1, 5 * MIB / 2}) {
      var content = new byte[length];
      new Random(length).nextBytes(content);
      assertThat(read(write(content), "file")).isEqualTo(content);
    }
  }

  @Test
  void noPieceCanBeLeftOutMovedOrBroughtFromElsewhere() throws Exception {
    var file = write(new byte[3 * MIB]);
    int piece = 1 + 4 + MIB + Sealer.OVERHEAD;
    assertThat(file).hasSize(1 + 3 * piece);
    var swapped = file.clone();
    System.arraycopy(file, 1, swapped, 1 + piece, piece);
    System.arraycopy(file, 1 + piece, swapped, 1, piece);
    var early = Arrays.copyOf(file, 1 + 2 * piece);
    early[1 + piece] = 1;
    for (var bad : new byte[][] {swapped, early, Arrays.copyOf(file, 1 + 2 * piece), {2}}) {
      assertThatThrownBy(() -> read(bad, "file")).isInstanceOf(SealException.class);
    }
    assertThatThrownBy(() -> read(file, "other")).isInstanceOf(SealException.class);
  }
}
