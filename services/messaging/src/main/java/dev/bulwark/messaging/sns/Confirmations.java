package dev.bulwark.messaging.sns;

import dev.bulwark.access.Principal;
import dev.bulwark.api.sns.ConfirmSubscriptionInput;
import dev.bulwark.api.sns.ConfirmSubscriptionResponse;
import dev.bulwark.service.Call;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** How endpoints agree to be subscribed: by a token that only they were sent. */
final class Confirmations {
  /** How long an endpoint may think about it. */
  static final Duration WAIT = Duration.ofDays(2);

  private static final String PURPOSE = "sns/confirmation";
  private static final int LONGEST = 4096;
  private static final Pattern TOKEN = Pattern.compile("(?:[0-9a-fA-F]{2})+");

  private final SnsTables tables;
  private final Topics topics;
  private final Sealer sealer;

  Confirmations(SnsTables tables, Topics topics, Sealer sealer) {
    this.tables = tables;
    this.topics = topics;
    this.sealer = sealer;
  }

  String token(SubscriptionRecord subscription, Instant now) {
    var says = now.plus(WAIT).toEpochMilli() + " " + subscription.id();
    return HexFormat.of().formatHex(sealer.sealText(PURPOSE, says, subscription.topicArn()));
  }

  private String subscriptionId(String token, String topicArn, Instant now) {
    if (!TOKEN.matcher(token).matches()) {
      throw SnsErrors.invalidToken();
    }
    try {
      if (token.length() <= LONGEST) {
        var says = sealer.openText(PURPOSE, HexFormat.of().parseHex(token), topicArn);
        int space = says.indexOf(' ');
        if (Long.parseLong(says.substring(0, space)) >= now.toEpochMilli()) {
          return says.substring(space + 1);
        }
      }
    } catch (IllegalArgumentException | SealException e) {
      // Said below.
    }
    throw SnsErrors.invalid("Token");
  }

  ConfirmSubscriptionResponse confirm(ConfirmSubscriptionInput in, Call call) {
    var topic = topics.requireToConfirm(in.topicArn(), call);
    var id = subscriptionId(in.token(), topic.arn(), call.time());
    boolean signed = !(call.principal() instanceof Principal.Anonymous);
    boolean guard = signed && "true".equals(in.authenticateOnUnsubscribe());
    var key = dev.bulwark.state.Key.of(topic.arn(), id);
    return call.write(
        tx -> {
          var before = tables.subscriptions.get(tx, key);
          if (before == null) {
            throw SnsErrors.invalid("Token");
          }
          if (!before.confirmed()) {
            tables.subscriptions.put(tx, key, before.confirm(signed, guard));
          }
          return ConfirmSubscriptionResponse.builder().subscriptionArn(before.arn()).build();
        });
  }
}
