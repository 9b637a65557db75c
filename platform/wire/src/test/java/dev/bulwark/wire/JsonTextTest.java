package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JsonTextTest {
  @Test
  void readersGetBackEveryCharacter() {
    var all =
        IntStream.range(0, 0x3000)
            .mapToObj(Character::toString)
            .collect(Collectors.joining("", "", "\uD83D\uDD11"));
    var json = new JsonText(4).begin().put("all", all).key(all).add(all).end();

    var read = JsonMapper.shared().readTree(json.toByteArray());

    assertThat(read.get("all").asString()).isEqualTo(all);
    assertThat(read.get(all).asString()).isEqualTo(all);
  }

  @Test
  void everySpecialCharacterIsEscapedWhereverItStands() {
    for (var special : "\"\\\0\t\u001f".toCharArray()) {
      for (var at = 0; at < 20; at++) {
        var text = "~ é!#[]".repeat(3).substring(0, at) + special + "0".repeat(20 - at) + special;
        var json = new JsonText(4).begin().put("text", text).end();
        assertThat(JsonMapper.shared().readTree(json.toByteArray()).get("text").asString())
            .isEqualTo(text);
      }
    }
  }

  @Test
  void commasStandBetweenValues() {
    var json =
        new JsonText(4)
            .begin()
            .put("a", true)
            .put("none", null)
            .put("b", -7)
            .beginArray("c")
            .add("x")
            .begin()
            .end()
            .beginArray()
            .endArray()
            .endArray()
            .begin("d")
            .end()
            .end();

    assertThat(json).hasToString("{\"a\":true,\"b\":-7,\"c\":[\"x\",{},[]],\"d\":{}}");
  }
}
