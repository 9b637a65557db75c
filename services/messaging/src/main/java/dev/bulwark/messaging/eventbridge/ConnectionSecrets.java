package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.ConnectionBodyParameter;
import dev.bulwark.api.events.ConnectionHeaderParameter;
import dev.bulwark.api.events.ConnectionHttpParameters;
import dev.bulwark.api.events.ConnectionQueryStringParameter;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.In;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.Parameter;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.Secrets;
import dev.bulwark.state.Codec;
import dev.bulwark.state.Sealer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The secrets of connections, which nobody is shown again: sealed to the connection. */
final class ConnectionSecrets {
  private static final String PURPOSE = "events/connection";
  private static final Codec<Secrets> CODEC = Codec.json(Secrets.class);

  private final Sealer sealer;

  ConnectionSecrets(Sealer sealer) {
    this.sealer = sealer;
  }

  byte[] seal(Secrets secrets, String connectionArn) {
    return sealer.sealText(
        PURPOSE, new String(CODEC.encode(secrets), StandardCharsets.UTF_8), connectionArn);
  }

  Secrets open(ConnectionRecord connection) {
    return CODEC.decode(
        sealer
            .openText(PURPOSE, connection.sealed(), connection.arn())
            .getBytes(StandardCharsets.UTF_8));
  }

  /** Parameters as a request gives them, secret values apart. */
  record Given(List<Parameter> parameters, List<String> secrets) {
    static final Given NONE = new Given(List.of(), List.of());

    private void add(
        In in, @Nullable String key, @Nullable String value, @Nullable Boolean secret) {
      var text = Objects.requireNonNullElse(value, "");
      if (key == null || hasBreak(key) || hasBreak(text)) {
        throw EventErrors.validation("Parameter AuthParameters is not valid.");
      }
      boolean hidden = Boolean.TRUE.equals(secret);
      parameters.add(new Parameter(in, key, hidden ? null : text));
      secrets.add(hidden ? text : "");
    }

    private static boolean hasBreak(String text) {
      return text.indexOf('\r') >= 0 || text.indexOf('\n') >= 0;
    }
  }

  static Given given(@Nullable ConnectionHttpParameters in) {
    if (in == null) {
      return Given.NONE;
    }
    var given = new Given(new ArrayList<>(), new ArrayList<>());
    for (var one : orEmpty(in.headerParameters())) {
      given.add(In.HEADER, one.key(), one.value(), one.isValueSecret());
    }
    for (var one : orEmpty(in.queryStringParameters())) {
      given.add(In.QUERY, one.key(), one.value(), one.isValueSecret());
    }
    for (var one : orEmpty(in.bodyParameters())) {
      given.add(In.BODY, one.key(), one.value(), one.isValueSecret());
    }
    return given;
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }

  /** Parameters as they are shown: of secret ones the values are missing. */
  static @Nullable ConnectionHttpParameters view(List<Parameter> parameters) {
    if (parameters.isEmpty()) {
      return null;
    }
    var headers = new ArrayList<ConnectionHeaderParameter>();
    var queries = new ArrayList<ConnectionQueryStringParameter>();
    var bodies = new ArrayList<ConnectionBodyParameter>();
    for (var one : parameters) {
      boolean secret = one.value() == null;
      switch (one.in()) {
        case HEADER -> headers.add(new ConnectionHeaderParameter(one.key(), one.value(), secret));
        case QUERY ->
            queries.add(new ConnectionQueryStringParameter(one.key(), one.value(), secret));
        case BODY -> bodies.add(new ConnectionBodyParameter(one.key(), one.value(), secret));
      }
    }
    return ConnectionHttpParameters.builder()
        .headerParameters(headers.isEmpty() ? null : headers)
        .queryStringParameters(queries.isEmpty() ? null : queries)
        .bodyParameters(bodies.isEmpty() ? null : bodies)
        .build();
  }
}
