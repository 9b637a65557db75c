package dev.bulwark.identity.sts;

import static dev.bulwark.identity.sts.Installation.allow;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DecodeAuthorizationMessageTest {
  private static final String MARK = "Encoded authorization failure message: ";

  private final Installation aws = new Installation();

  @AfterEach
  void close() {
    aws.close();
  }

  /** EC2 refuses whoever may not ask, even for operations that are not built. */
  private String encoded(Installation.Client client) {
    var message = client.call("ec2", "2016-11-15", "DescribeInstances").text("Message");
    assertThat(message).contains("is not authorized to perform: ec2:DescribeInstances", MARK);
    return message.substring(message.indexOf(MARK) + MARK.length());
  }

  @Test
  void showsAdministratorsWhyOthersWereRefused() {
    var encoded = encoded(aws.user("alice"));

    var decoded =
        aws.root()
            .sts("DecodeAuthorizationMessage", "EncodedMessage", encoded)
            .ok()
            .text("DecodedMessage");

    assertThat(decoded)
        .startsWith(
            "{\"allowed\":false,\"explicitDeny\":false,\"matchedStatements\":{\"items\":[]}")
        .contains("\"name\":\"alice\"", "\"action\":\"ec2:DescribeInstances\"");
  }

  @Test
  void asksForItsPermission() {
    var alice = aws.user("alice");
    var encoded = encoded(alice);

    assertThat(alice.sts("DecodeAuthorizationMessage", "EncodedMessage", encoded).error())
        .startsWith("403 AccessDenied: ")
        .contains("is not authorized to perform: sts:DecodeAuthorizationMessage on resource: *");
    aws.allowUser("alice", "p", allow("\"sts:DecodeAuthorizationMessage\"", "*"));
    alice.sts("DecodeAuthorizationMessage", "EncodedMessage", encoded).ok();
  }

  @Test
  void refusesWhatIsNoMessage() {
    var encoded = encoded(aws.user("alice"));
    for (var wrong : new String[] {"x", encoded.substring(1), encoded + "AAAA", "\u00e9\u00e9"}) {
      assertThat(aws.root().sts("DecodeAuthorizationMessage", "EncodedMessage", wrong).error())
          .isEqualTo("400 InvalidAuthorizationMessageException: Message is not valid");
    }
    assertThat(
            aws.root()
                .sts("DecodeAuthorizationMessage", "EncodedMessage", "A".repeat(10_241))
                .error())
        .startsWith("400 ValidationError");
  }
}
