package dev.bulwark.messaging.sns;

import dev.bulwark.base.Arn;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which topic: its account, Region and name. */
record TopicName(String accountId, String region, String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");
  private static final Pattern FIFO_NAME = Pattern.compile("[A-Za-z0-9_-]{1,251}\\.fifo");

  static Optional<TopicName> ofArn(String arn) {
    return Arn.tryParse(arn)
        .filter(
            parsed ->
                parsed.service().equals("sns")
                    && !parsed.account().isEmpty()
                    && parsed.resource().indexOf(':') < 0)
        .map(parsed -> new TopicName(parsed.account(), parsed.region(), parsed.resource()));
  }

  static boolean isValid(String name, boolean fifo) {
    return (fifo ? FIFO_NAME : NAME).matcher(name).matches();
  }

  String arn() {
    return "arn:aws:sns:" + region + ":" + accountId + ":" + name;
  }
}
