package dev.bulwark.messaging.sqs;

import dev.bulwark.base.Arn;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which queue: its account, Region and name. */
record QueueName(String accountId, String region, String name) {
  private static final Pattern URL =
      Pattern.compile("(?:https?://[^/]+)?/?(\\d{12})/([A-Za-z0-9_.-]{1,80})/?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,80}");
  private static final Pattern FIFO_NAME = Pattern.compile("[A-Za-z0-9_-]{1,75}\\.fifo");

  /**
   * The queue of a URL, whatever its host: clients reach an installation by many names. The name
   * alone stands for the caller's own queue.
   *
   * @param account of the caller
   * @param region in which the caller asks
   * @throws dev.bulwark.schema.ApiException InvalidAddress
   */
  static QueueName ofUrl(String url, String account, String region) {
    if (isValid(url, false) || isValid(url, true)) {
      return new QueueName(account, region, url);
    }
    var matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw SqsErrors.invalidAddress(url);
    }
    return new QueueName(matcher.group(1), region, matcher.group(2));
  }

  /** The queue of an ARN; empty where it is none of a queue. */
  static Optional<QueueName> ofArn(String arn) {
    return Arn.tryParse(arn)
        .filter(parsed -> parsed.service().equals("sqs") && !parsed.account().isEmpty())
        .map(parsed -> new QueueName(parsed.account(), parsed.region(), parsed.resource()));
  }

  static boolean isValid(String name, boolean fifo) {
    return (fifo ? FIFO_NAME : NAME).matcher(name).matches();
  }

  String arn() {
    return "arn:aws:sqs:" + region + ":" + accountId + ":" + name;
  }
}
