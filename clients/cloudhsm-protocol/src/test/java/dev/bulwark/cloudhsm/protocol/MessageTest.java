package dev.bulwark.cloudhsm.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessageTest {
  private static Message read(String hex) throws IOException {
    return Message.read(new ByteArrayInputStream(HexFormat.of().parseHex(hex)));
  }

  @Test
  void aMessageIsReadAsItWasWritten() throws Exception {
    var out = new ByteArrayOutputStream();
    Message.of(10, "k", Status.OK, 258, new byte[] {1, 2, 3}).write(out);
    assertThat(HexFormat.of().formatHex(out.toByteArray()))
        .isEqualTo("0000001c0a04000000016b000000024f4b000000040000010200000003010203");
    var read = Message.read(new ByteArrayInputStream(out.toByteArray()));
    assertThat(read.code()).isEqualTo(10);
    assertThat(read.text(0)).isEqualTo("k");
    assertThat(read.text(1)).isEqualTo("OK");
    assertThat(read.number(2)).isEqualTo(258);
    assertThat(read.fields().get(3)).containsExactly(1, 2, 3);
    assertThatThrownBy(() -> read.number(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "00000001ff, from 2 to",
    "7fffffff00, from 2 to",
    "ffffffff00, from 2 to",
    "000000020101, missing",
    "00000006010100000001, longer than its message",
    "000000060101ffffffff, longer than its message",
    "000000030100ff, longer than its fields"
  })
  void whatIsNoMessageIsRefused(String hex, String why) {
    assertThatThrownBy(() -> read(hex))
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining(why);
  }

  @Test
  void anEndInTheMiddleIsAnEnd() {
    var whole = "0000000701010000000141";
    for (int length = 0; length < whole.length(); length += 2) {
      var part = whole.substring(0, length);
      assertThatThrownBy(() -> read(part)).isInstanceOf(EOFException.class);
    }
  }

  @Test
  void aMessageThatIsTooLongIsNotSent() {
    var many = new Object[256];
    Arrays.fill(many, "x");
    for (var message :
        new Message[] {Message.of(1, new byte[Message.MAX_BYTES]), Message.of(1, many)}) {
      assertThatThrownBy(() -> message.write(new ByteArrayOutputStream()))
          .isInstanceOf(ProtocolException.class);
    }
  }
}
