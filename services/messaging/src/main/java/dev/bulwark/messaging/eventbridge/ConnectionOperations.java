package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.Connection;
import dev.bulwark.api.events.ConnectionApiKeyAuthResponseParameters;
import dev.bulwark.api.events.ConnectionAuthResponseParameters;
import dev.bulwark.api.events.ConnectionBasicAuthResponseParameters;
import dev.bulwark.api.events.ConnectionOAuthClientResponseParameters;
import dev.bulwark.api.events.ConnectionOAuthResponseParameters;
import dev.bulwark.api.events.CreateConnectionApiKeyAuthRequestParameters;
import dev.bulwark.api.events.CreateConnectionAuthRequestParameters;
import dev.bulwark.api.events.CreateConnectionBasicAuthRequestParameters;
import dev.bulwark.api.events.CreateConnectionOAuthClientRequestParameters;
import dev.bulwark.api.events.CreateConnectionOAuthRequestParameters;
import dev.bulwark.api.events.CreateConnectionRequest;
import dev.bulwark.api.events.CreateConnectionResponse;
import dev.bulwark.api.events.DeauthorizeConnectionRequest;
import dev.bulwark.api.events.DeauthorizeConnectionResponse;
import dev.bulwark.api.events.DeleteConnectionRequest;
import dev.bulwark.api.events.DeleteConnectionResponse;
import dev.bulwark.api.events.DescribeConnectionRequest;
import dev.bulwark.api.events.DescribeConnectionResponse;
import dev.bulwark.api.events.ListConnectionsRequest;
import dev.bulwark.api.events.ListConnectionsResponse;
import dev.bulwark.api.events.UpdateConnectionAuthRequestParameters;
import dev.bulwark.api.events.UpdateConnectionRequest;
import dev.bulwark.api.events.UpdateConnectionResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.Authorization;
import dev.bulwark.messaging.eventbridge.ConnectionRecord.Secrets;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Connections: made, changed, shown and given up.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html">Connections</a>
 */
final class ConnectionOperations {
  private static final String TYPE = "AWS::Events::Connection";

  private final EventTables tables;
  private final ConnectionSecrets secrets;
  private final OAuthTokens tokens;
  private final PageTokens pages;

  ConnectionOperations(
      EventTables tables, ConnectionSecrets secrets, OAuthTokens tokens, PageTokens pages) {
    this.tables = tables;
    this.secrets = secrets;
    this.tokens = tokens;
    this.pages = pages;
  }

  private static String key(String name, Call call) {
    return Key.of(call.principal().accountId(), call.region(), name);
  }

  Resource resource(String name, Call call) {
    var found = tables.connections.get(key(name, call));
    return Resource.of(
        found == null
            ? ConnectionRecord.arn(call.region(), call.principal().accountId(), name, "")
            : found.arn());
  }

  private ConnectionRecord require(String name, Call call) {
    var found = tables.connections.get(key(name, call));
    if (found == null) {
      throw EventErrors.noSuchConnection(name);
    }
    call.concerns(TYPE, found.arn());
    return found;
  }

  /** What a request says of authorization: the open part, and the secret one. */
  private record Stated(Authorization authorization, Secrets secrets) {}

  CreateConnectionResponse create(CreateConnectionRequest in, Call call) {
    var stated = stated(in.authorizationType(), in.authParameters());
    var id = Ids.uuid();
    var arn = ConnectionRecord.arn(call.region(), call.principal().accountId(), in.name(), id);
    boolean oauth = in.authorizationType().equals(ConnectionRecord.OAUTH);
    var record =
        new ConnectionRecord(
            call.principal().accountId(),
            call.region(),
            in.name(),
            id,
            in.description(),
            in.authorizationType(),
            stated.authorization(),
            secrets.seal(stated.secrets(), arn),
            oauth ? ConnectionRecord.AUTHORIZING : ConnectionRecord.AUTHORIZED,
            null,
            call.time(),
            call.time(),
            oauth ? null : call.time());
    call.concerns(TYPE, arn);
    var answer =
        call.write(
            tx -> {
              if (tables.connections.get(tx, record.key()) != null) {
                throw EventErrors.connectionExists(in.name());
              }
              if (tables.connections.count(
                      tx, Key.prefix(call.principal().accountId(), call.region()))
                  >= EventQuotas.CONNECTIONS) {
                throw EventErrors.tooMany();
              }
              tables.connections.insert(tx, record.key(), record);
              call.changed(tx, TYPE, record.name(), arn, null, record);
              return CreateConnectionResponse.builder()
                  .connectionArn(arn)
                  .connectionState(record.state())
                  .creationTime(record.created())
                  .lastModifiedTime(record.modified())
                  .build();
            });
    tokens.authorizeSoon(record);
    return answer;
  }

  private static Stated stated(String type, CreateConnectionAuthRequestParameters in) {
    var parameters = ConnectionSecrets.given(in.invocationHttpParameters());
    return switch (type) {
      case ConnectionRecord.BASIC -> {
        var basic = required(in.basicAuthParameters(), "BasicAuthParameters");
        yield stated(basic.username(), basic.password(), parameters);
      }
      case ConnectionRecord.API_KEY -> {
        var apiKey = required(in.apiKeyAuthParameters(), "ApiKeyAuthParameters");
        yield stated(apiKey.apiKeyName(), apiKey.apiKeyValue(), parameters);
      }
      default -> {
        var oauth = required(in.oAuthParameters(), "OAuthParameters");
        var more = ConnectionSecrets.given(oauth.oAuthHttpParameters());
        yield new Stated(
            new Authorization(
                oauth.clientParameters().clientID(),
                Endpoints.https(oauth.authorizationEndpoint(), "AuthorizationEndpoint"),
                oauth.httpMethod(),
                more.parameters(),
                parameters.parameters()),
            new Secrets(
                oauth.clientParameters().clientSecret(), more.secrets(), parameters.secrets()));
      }
    };
  }

  private static <T> T required(@Nullable T given, String name) {
    if (given == null) {
      throw EventErrors.validation(
          "Parameter AuthParameters is not valid. Reason: " + name + " must be specified.");
    }
    return given;
  }

  private static Stated stated(String name, String secret, ConnectionSecrets.Given parameters) {
    return new Stated(
        new Authorization(name, null, null, List.of(), parameters.parameters()),
        new Secrets(secret, List.of(), parameters.secrets()));
  }

  UpdateConnectionResponse update(UpdateConnectionRequest in, Call call) {
    var before = require(in.name(), call);
    var type = Objects.requireNonNullElse(in.authorizationType(), before.type());
    var stated = stated(before, type, in.authParameters());
    boolean oauth = type.equals(ConnectionRecord.OAUTH);
    var after =
        new ConnectionRecord(
            before.accountId(),
            before.region(),
            before.name(),
            before.id(),
            in.description() == null ? before.description() : in.description(),
            type,
            stated.authorization(),
            secrets.seal(stated.secrets(), before.arn()),
            oauth ? ConnectionRecord.AUTHORIZING : ConnectionRecord.AUTHORIZED,
            null,
            before.created(),
            call.time(),
            oauth ? before.authorized() : call.time());
    replace(before, after, call);
    tokens.authorizeSoon(after);
    return UpdateConnectionResponse.builder()
        .connectionArn(after.arn())
        .connectionState(after.state())
        .creationTime(after.created())
        .lastModifiedTime(after.modified())
        .lastAuthorizedTime(after.authorized())
        .build();
  }

  /** What an update leaves out stays, where the type does. */
  private Stated stated(
      ConnectionRecord before, String type, @Nullable UpdateConnectionAuthRequestParameters in) {
    if (!type.equals(before.type()) || before.sealed().length == 0) {
      return stated(type, required(in, "the parameters of type " + type));
    }
    var old = before.authorization();
    var kept = secrets.open(before);
    if (in == null) {
      return new Stated(old, kept);
    }
    var http = in.invocationHttpParameters();
    var parameters =
        http == null
            ? new ConnectionSecrets.Given(old.parameters(), kept.parameters())
            : ConnectionSecrets.given(http);
    var basic = in.basicAuthParameters();
    var apiKey = in.apiKeyAuthParameters();
    var oauth = in.oAuthParameters();
    var client = oauth == null ? null : oauth.clientParameters();
    var more =
        oauth == null || oauth.oAuthHttpParameters() == null
            ? new ConnectionSecrets.Given(old.oauthParameters(), kept.oauthParameters())
            : ConnectionSecrets.given(oauth.oAuthHttpParameters());
    return new Stated(
        new Authorization(
            first(
                basic == null ? null : basic.username(),
                apiKey == null ? null : apiKey.apiKeyName(),
                client == null ? null : client.clientID(),
                old.name()),
            oauth == null || oauth.authorizationEndpoint() == null
                ? old.endpoint()
                : Endpoints.https(oauth.authorizationEndpoint(), "AuthorizationEndpoint"),
            oauth == null || oauth.httpMethod() == null ? old.method() : oauth.httpMethod(),
            more.parameters(),
            parameters.parameters()),
        new Secrets(
            first(
                basic == null ? null : basic.password(),
                apiKey == null ? null : apiKey.apiKeyValue(),
                client == null ? null : client.clientSecret(),
                kept.secret()),
            more.secrets(),
            parameters.secrets()));
  }

  /** Of another type than before nothing can stay. */
  private static Stated stated(String type, UpdateConnectionAuthRequestParameters in) {
    var given = CreateConnectionAuthRequestParameters.builder();
    given.invocationHttpParameters(in.invocationHttpParameters());
    var basic = in.basicAuthParameters();
    if (basic != null && basic.username() != null && basic.password() != null) {
      given.basicAuthParameters(
          new CreateConnectionBasicAuthRequestParameters(basic.username(), basic.password()));
    }
    var apiKey = in.apiKeyAuthParameters();
    if (apiKey != null && apiKey.apiKeyName() != null && apiKey.apiKeyValue() != null) {
      given.apiKeyAuthParameters(
          new CreateConnectionApiKeyAuthRequestParameters(
              apiKey.apiKeyName(), apiKey.apiKeyValue()));
    }
    var oauth = in.oAuthParameters();
    var client = oauth == null ? null : oauth.clientParameters();
    if (oauth != null
        && client != null
        && client.clientID() != null
        && client.clientSecret() != null
        && oauth.authorizationEndpoint() != null
        && oauth.httpMethod() != null) {
      given.oAuthParameters(
          new CreateConnectionOAuthRequestParameters(
              new CreateConnectionOAuthClientRequestParameters(
                  client.clientID(), client.clientSecret()),
              oauth.authorizationEndpoint(),
              oauth.httpMethod(),
              oauth.oAuthHttpParameters()));
    }
    return stated(type, given.build());
  }

  private static String first(@Nullable String... candidates) {
    for (var one : candidates) {
      if (one != null) {
        return one;
      }
    }
    return "";
  }

  private void replace(ConnectionRecord seen, ConnectionRecord after, Call call) {
    call.write(
        tx -> {
          var current = tables.connections.get(tx, seen.key());
          if (current == null) {
            throw EventErrors.noSuchConnection(seen.name());
          }
          tables.connections.put(tx, seen.key(), after);
          call.changed(tx, TYPE, seen.name(), seen.arn(), current, after);
          return Unit.UNIT;
        });
  }

  DescribeConnectionResponse describe(DescribeConnectionRequest in, Call call) {
    var one = require(in.name(), call);
    return DescribeConnectionResponse.builder()
        .connectionArn(one.arn())
        .name(one.name())
        .description(one.description())
        .connectionState(one.state())
        .stateReason(one.reason())
        .authorizationType(one.type())
        .authParameters(view(one))
        .creationTime(one.created())
        .lastModifiedTime(one.modified())
        .lastAuthorizedTime(one.authorized())
        .build();
  }

  private static ConnectionAuthResponseParameters view(ConnectionRecord one) {
    var open = one.authorization();
    var shown =
        ConnectionAuthResponseParameters.builder()
            .invocationHttpParameters(ConnectionSecrets.view(open.parameters()));
    switch (one.type()) {
      case ConnectionRecord.BASIC ->
          shown.basicAuthParameters(new ConnectionBasicAuthResponseParameters(open.name()));
      case ConnectionRecord.API_KEY ->
          shown.apiKeyAuthParameters(new ConnectionApiKeyAuthResponseParameters(open.name()));
      default ->
          shown.oAuthParameters(
              ConnectionOAuthResponseParameters.builder()
                  .clientParameters(new ConnectionOAuthClientResponseParameters(open.name()))
                  .authorizationEndpoint(open.endpoint())
                  .httpMethod(open.method())
                  .oAuthHttpParameters(ConnectionSecrets.view(open.oauthParameters()))
                  .build());
    }
    return shown.build();
  }

  ListConnectionsResponse list(ListConnectionsRequest in, Call call) {
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var prefix = key(Objects.requireNonNullElse(in.namePrefix(), ""), call);
    var after = pages.read(in.nextToken(), "c" + prefix, EventErrors::invalidToken);
    var found =
        tables
            .store()
            .read(
                tx ->
                    tables.connections.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1)));
    return ListConnectionsResponse.builder()
        .connections(
            found.stream()
                .limit(most)
                .map(row -> row.value())
                .filter(
                    one -> in.connectionState() == null || in.connectionState().equals(one.state()))
                .map(
                    one ->
                        Connection.builder()
                            .connectionArn(one.arn())
                            .name(one.name())
                            .connectionState(one.state())
                            .stateReason(one.reason())
                            .authorizationType(one.type())
                            .creationTime(one.created())
                            .lastModifiedTime(one.modified())
                            .lastAuthorizedTime(one.authorized())
                            .build())
                .toList())
        .nextToken(
            found.size() > most ? pages.write(found.get(most - 1).cursor(), "c" + prefix) : null)
        .build();
  }

  /** Its secrets are forgotten; destinations that use it are told nothing any more. */
  DeauthorizeConnectionResponse deauthorize(DeauthorizeConnectionRequest in, Call call) {
    var before = require(in.name(), call);
    var after = before.withoutSecrets(call.time());
    replace(before, after, call);
    return DeauthorizeConnectionResponse.builder()
        .connectionArn(after.arn())
        .connectionState(after.state())
        .creationTime(after.created())
        .lastModifiedTime(after.modified())
        .lastAuthorizedTime(after.authorized())
        .build();
  }

  DeleteConnectionResponse delete(DeleteConnectionRequest in, Call call) {
    var before = require(in.name(), call);
    return call.write(
        tx -> {
          tables.connections.delete(tx, before.key());
          call.changed(tx, TYPE, before.name(), before.arn(), before, null);
          return DeleteConnectionResponse.builder()
              .connectionArn(before.arn())
              .connectionState(ConnectionRecord.DELETING)
              .creationTime(before.created())
              .lastModifiedTime(before.modified())
              .lastAuthorizedTime(before.authorized())
              .build();
        });
  }
}
