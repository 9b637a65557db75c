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
  void secretsAreHiddenOrLeftOutAsAtAws() {
    var login =
        Requests.input(
            Requests.form(
                "iam", "Action=CreateLoginProfile&Version=2010-05-08&UserName=a&Password=hunter2"));
    assertThat(view(login))
        .isEqualTo("{\"userName\":\"a\",\"password\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}");
    assertThat(view("iam.amazonaws.com", login)).isEqualTo("{\"userName\":\"a\"}");

    var send =
        Requests.input(
            Requests.form(
                "sqs",
                "Action=SendMessage&Version=2012-11-05&QueueUrl=http%3A%2F%2Flocalhost%2F1%2Fq&MessageBody=secret"));
    assertThat(view("sqs.amazonaws.com", send))
        .isEqualTo(
            "{\"queueUrl\":\"http://localhost/1/q\",\"messageBody\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}");

    var publish =
        Requests.input(
            Requests.form(
                "sns",
                "Action=Publish&Version=2010-03-31&TopicArn=arn&Message=secret&Subject=s&MessageStructure=json"));
    assertThat(view("sns.amazonaws.com", publish))
        .isEqualTo(
            "{\"topicArn\":\"arn\",\"message\":\"HIDDEN_DUE_TO_SECURITY_REASONS\",\"subject\":\"HIDDEN_DUE_TO_SECURITY_REASONS\",\"messageStructure\":\"json\"}");

    var events =
        Requests.input(
            Requests.json(
                "AWSEvents.PutEvents", "{\"Entries\":[{\"Source\":\"shop\",\"Detail\":\"{}\"}]}"));
    assertThat(view("events.amazonaws.com", events))
        .isEqualTo(
            "{\"entries\":[{\"source\":\"shop\",\"detail\":\"HIDDEN_DUE_TO_SECURITY_REASONS\"}]}");
  }

  @Test
  void bytesAreLeftOut() {

    var put =
        Requests.input(
            Requests.of(
                "PUT /b/k\nhost: localhost\nx-amz-acl: private" + Requests.scope("s3"), "secret"));
    assertThat(view("s3.amazonaws.com", put))
        .isEqualTo("{\"aCL\":\"private\",\"bucketName\":\"b\",\"key\":\"k\"}");

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
    return view("kms.amazonaws.com", structure);
  }

  private static String view(String source, Structure structure) {
    var json = new JsonText(16).begin();
    EventView.put(json, "view", source, structure);
    var text = json.end().toString();
    assertThat(text).startsWith("{\"view\":").endsWith("}");
    return text.substring("{\"view\":".length(), text.length() - 1);
  }
}
