package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import org.junit.jupiter.api.Test;

class EventViewTest {
  @Test
  void namesBeginInLowerCase() {
    var input =
        Requests.input(
            Requests.form(
                "iam",
                "Action=CreateUser&Version=2010-05-08&UserName=a&Tags.member.1.Key=K&Tags.member.1.Value=v"));
    assertThat(view(input))
        .isEqualTo("{\"userName\":\"a\",\"tags\":[{\"key\":\"K\",\"value\":\"v\"}]}");
  }

  @Test
  void secretsAreHiddenAndBytesLeftOut() {
    var login =
        Requests.input(
            Requests.form(
                "iam", "Action=CreateLoginProfile&Version=2010-05-08&UserName=a&Password=hunter2"));
    assertThat(view(login))
        .isEqualTo("{\"userName\":\"a\",\"password\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}");

    var put =
        Requests.input(
            Requests.of(
                "PUT /b/k\nhost: localhost\nx-amz-acl: private" + Requests.scope("s3"), "secret"));
    assertThat(view(put)).isEqualTo("{\"aCL\":\"private\",\"bucket\":\"b\",\"key\":\"k\"}");

    var encrypt =
        Requests.input(
            Requests.json("TrentService.Encrypt", "{\"KeyId\":\"k\",\"Plaintext\":\"c2VjcmV0\"}"));
    assertThat(view(encrypt)).isEqualTo("{\"keyId\":\"k\"}");
  }

  @Test
  void nothingIsNull() {
    assertThat(view(Unit.UNIT)).isEqualTo("null");
    assertThat(view(Requests.input(Requests.json("TrentService.ListKeys", "{}"))))
        .isEqualTo("null");
  }

  @Test
  void longOnesAreCut() {
    var policy = "x".repeat(200_000);
    var input =
        Requests.ROUTER.route(
            Requests.json(
                "TrentService.PutKeyPolicy", "{\"KeyId\":\"k\",\"Policy\":\"" + policy + "\"}"));
    var structure =
        Protocols.of(input.protocol()).decode(input.requireOperation(), input.request(), input);
    assertThat(view(structure)).hasSizeLessThan(200).contains("\"omitted\":true");
  }

  private static String view(Structure structure) {
    var json = new JsonText(16).begin();
    EventView.put(json, "view", structure);
    var text = json.end().toString();
    assertThat(text).startsWith("{\"view\":").endsWith("}");
    return text.substring("{\"view\":".length(), text.length() - 1);
  }
}
