package dev.bulwark.server;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.base.Arn;
import dev.bulwark.events.ApiCall;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.ContextValue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Who made a recorded call, and what is known of the request.
 *
 * @param principal null where the record names none that has policies of its own
 * @param arn as policies name it; of a service its name
 */
record RecordedCaller(@Nullable Principal principal, String arn, String account) {

  static RecordedCaller of(JsonNode record) {
    var identity = record.path("userIdentity");
    var account = text(identity, "accountId");
    var arn = text(identity, "arn");
    var issuer = identity.path("sessionContext").path("sessionIssuer");
    return switch (text(identity, "type")) {
      case "Root" -> new RecordedCaller(new Principal.AccountRoot(account), arn, account);
      case "IAMUser" ->
          new RecordedCaller(
              new Principal.IamUser(
                  account,
                  text(identity, "userName"),
                  path(arn),
                  text(identity, "principalId"),
                  arn,
                  null),
              arn,
              account);
      case "AssumedRole" ->
          new RecordedCaller(
              Principal.AssumedRole.of(
                  account,
                  text(issuer, "userName"),
                  path(text(issuer, "arn")),
                  text(issuer, "principalId"),
                  arn.substring(arn.lastIndexOf('/') + 1),
                  SessionContext.of(Instant.EPOCH)),
              text(issuer, "arn"),
              account);
      case "AWSService" -> new RecordedCaller(null, text(identity, "invokedBy"), account);
      default -> new RecordedCaller(null, arn.isEmpty() ? "*" : arn, account);
    };
  }

  private static String path(String arn) {
    return Arn.tryParse(arn)
        .map(Arn::resource)
        .map(resource -> resource.substring(resource.indexOf('/'), resource.lastIndexOf('/') + 1))
        .orElse("/");
  }

  /** The condition keys that a decision asked for, and those that the record tells by itself. */
  static Context context(ApiCall call, JsonNode record, JsonNode decision, RecordedCaller caller) {
    var keys = new HashMap<String, @Nullable ContextValue>();
    var identity = record.path("userIdentity");
    put(keys, "aws:sourceip", text(record, "sourceIPAddress"));
    put(keys, "aws:useragent", text(record, "userAgent"));
    put(keys, "aws:requestedregion", text(record, "awsRegion"));
    put(keys, "aws:currenttime", text(record, "eventTime"));
    put(keys, "aws:epochtime", Long.toString(call.time().getEpochSecond()));
    put(keys, "aws:principalarn", caller.arn());
    put(keys, "aws:principalaccount", caller.account());
    put(keys, "aws:userid", text(identity, "principalId"));
    if (caller.principal() instanceof Principal.IamUser user) {
      put(keys, "aws:username", user.userName());
    }
    for (var key : decision.path("keys")) {
      keys.put(text(key, "key"), value(key.path("values")));
    }
    return Context.of(keys::get);
  }

  private static void put(Map<String, @Nullable ContextValue> keys, String key, String value) {
    if (!value.isEmpty()) {
      keys.put(key, ContextValue.of(value));
    }
  }

  private static @Nullable ContextValue value(JsonNode values) {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.asString()));
    return switch (texts.size()) {
      case 0 -> null;
      case 1 -> ContextValue.of(texts.getFirst());
      default -> ContextValue.ofAll(texts);
    };
  }

  private static String text(JsonNode node, String name) {
    return node.path(name).asString("");
  }
}
