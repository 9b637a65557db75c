package dev.bulwark.messaging.eventbridge;

import dev.bulwark.state.Key;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection as stored: how API destinations let EventBridge in.
 *
 * @param id the end of its ARN
 * @param type {@code BASIC}, {@code API_KEY} or {@code OAUTH_CLIENT_CREDENTIALS}
 * @param state AWS's name
 * @param sealed the secrets; empty where they were given up
 * @param authorized when it was authorized last
 */
record ConnectionRecord(
    String accountId,
    String region,
    String name,
    String id,
    @Nullable String description,
    String type,
    Authorization authorization,
    byte[] sealed,
    String state,
    @Nullable String reason,
    Instant created,
    Instant modified,
    @Nullable Instant authorized) {

  static final String BASIC = "BASIC";
  static final String API_KEY = "API_KEY";
  static final String OAUTH = "OAUTH_CLIENT_CREDENTIALS";
  static final String AUTHORIZED = "AUTHORIZED";
  static final String AUTHORIZING = "AUTHORIZING";
  static final String DEAUTHORIZED = "DEAUTHORIZED";
  static final String DELETING = "DELETING";

  /** Where a parameter of a request stands. */
  enum In {
    HEADER,
    QUERY,
    BODY
  }

  /**
   * A parameter of requests.
   *
   * @param value null where it is secret
   */
  record Parameter(In in, String key, @Nullable String value) {}

  /**
   * What is no secret of it.
   *
   * @param name the user's, the key's or the client's
   * @param endpoint where clients of OAuth get tokens; null for other types
   * @param method how it is asked
   * @param oauthParameters what it is told besides
   * @param parameters of all requests
   */
  record Authorization(
      String name,
      @Nullable String endpoint,
      @Nullable String method,
      List<Parameter> oauthParameters,
      List<Parameter> parameters) {}

  /**
   * What is secret of it.
   *
   * @param secret the password, the key's value or the client's secret
   * @param oauthParameters values in the order of the parameters; those that are no secret are
   *     empty
   */
  record Secrets(String secret, List<String> oauthParameters, List<String> parameters) {}

  static String arn(String region, String accountId, String name, String id) {
    return "arn:aws:events:"
        + region
        + ":"
        + accountId
        + ":connection/"
        + name
        + (id.isEmpty() ? "" : "/" + id);
  }

  String arn() {
    return arn(region, accountId, name, id);
  }

  String key() {
    return Key.of(accountId, region, name);
  }

  ConnectionRecord inState(String next, @Nullable String why, @Nullable Instant when) {
    return new ConnectionRecord(
        accountId,
        region,
        name,
        id,
        description,
        type,
        authorization,
        sealed,
        next,
        why,
        created,
        modified,
        when);
  }

  ConnectionRecord withoutSecrets(Instant time) {
    return new ConnectionRecord(
        accountId,
        region,
        name,
        id,
        description,
        type,
        authorization,
        new byte[0],
        DEAUTHORIZED,
        null,
        created,
        time,
        authorized);
  }
}
