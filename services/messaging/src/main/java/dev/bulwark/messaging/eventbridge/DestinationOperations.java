package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.ApiDestination;
import dev.bulwark.api.events.CreateApiDestinationRequest;
import dev.bulwark.api.events.CreateApiDestinationResponse;
import dev.bulwark.api.events.DeleteApiDestinationRequest;
import dev.bulwark.api.events.DeleteApiDestinationResponse;
import dev.bulwark.api.events.DescribeApiDestinationRequest;
import dev.bulwark.api.events.DescribeApiDestinationResponse;
import dev.bulwark.api.events.ListApiDestinationsRequest;
import dev.bulwark.api.events.ListApiDestinationsResponse;
import dev.bulwark.api.events.UpdateApiDestinationRequest;
import dev.bulwark.api.events.UpdateApiDestinationResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.Objects;

/**
 * API destinations: made, changed and shown.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html">API
 *     destinations</a>
 */
final class DestinationOperations {
  private static final String TYPE = "AWS::Events::ApiDestination";
  private static final int USUAL_RATE = 300;

  private final EventTables tables;
  private final PageTokens pages;

  DestinationOperations(EventTables tables, PageTokens pages) {
    this.tables = tables;
    this.pages = pages;
  }

  private static String key(String name, Call call) {
    return Key.of(call.principal().accountId(), call.region(), name);
  }

  Resource resource(String name, Call call) {
    var found = tables.destinations.get(key(name, call));
    return Resource.of(
        found == null
            ? DestinationRecord.arn(call.region(), call.principal().accountId(), name, "")
            : found.arn());
  }

  private DestinationRecord require(String name, Call call) {
    var found = tables.destinations.get(key(name, call));
    if (found == null) {
      throw EventErrors.noSuchDestination(name);
    }
    call.concerns(TYPE, found.arn());
    return found;
  }

  /** The destination is of use as long as its connection is. */
  private String state(DestinationRecord destination) {
    var connection = tables.connection(destination.connectionArn());
    return connection != null && connection.state().equals(ConnectionRecord.AUTHORIZED)
        ? "ACTIVE"
        : "INACTIVE";
  }

  private void requireConnection(String arn, Call call) {
    var connection = tables.connection(arn);
    if (connection == null || !connection.accountId().equals(call.principal().accountId())) {
      throw EventErrors.noSuchConnection(arn);
    }
  }

  CreateApiDestinationResponse create(CreateApiDestinationRequest in, Call call) {
    requireConnection(in.connectionArn(), call);
    var record =
        new DestinationRecord(
            call.principal().accountId(),
            call.region(),
            in.name(),
            Ids.uuid(),
            in.description(),
            in.connectionArn(),
            Endpoints.https(in.invocationEndpoint(), "InvocationEndpoint"),
            in.httpMethod(),
            Objects.requireNonNullElse(in.invocationRateLimitPerSecond(), USUAL_RATE),
            call.time(),
            call.time());
    call.concerns(TYPE, record.arn());
    return call.write(
        tx -> {
          if (tables.destinations.get(tx, record.key()) != null) {
            throw EventErrors.destinationExists(in.name());
          }
          if (tables.destinations.count(tx, Key.prefix(call.principal().accountId(), call.region()))
              >= EventQuotas.API_DESTINATIONS) {
            throw EventErrors.tooMany();
          }
          tables.destinations.insert(tx, record.key(), record);
          call.changed(tx, TYPE, record.name(), record.arn(), null, record);
          return CreateApiDestinationResponse.builder()
              .apiDestinationArn(record.arn())
              .apiDestinationState(state(record))
              .creationTime(record.created())
              .lastModifiedTime(record.modified())
              .build();
        });
  }

  UpdateApiDestinationResponse update(UpdateApiDestinationRequest in, Call call) {
    var before = require(in.name(), call);
    if (in.connectionArn() != null) {
      requireConnection(in.connectionArn(), call);
    }
    var after =
        new DestinationRecord(
            before.accountId(),
            before.region(),
            before.name(),
            before.id(),
            in.description() == null ? before.description() : in.description(),
            Objects.requireNonNullElse(in.connectionArn(), before.connectionArn()),
            in.invocationEndpoint() == null
                ? before.endpoint()
                : Endpoints.https(in.invocationEndpoint(), "InvocationEndpoint"),
            Objects.requireNonNullElse(in.httpMethod(), before.method()),
            Objects.requireNonNullElse(in.invocationRateLimitPerSecond(), before.rate()),
            before.created(),
            call.time());
    return call.write(
        tx -> {
          var current = tables.destinations.get(tx, before.key());
          if (current == null) {
            throw EventErrors.noSuchDestination(before.name());
          }
          tables.destinations.put(tx, before.key(), after);
          call.changed(tx, TYPE, before.name(), before.arn(), current, after);
          return UpdateApiDestinationResponse.builder()
              .apiDestinationArn(after.arn())
              .apiDestinationState(state(after))
              .creationTime(after.created())
              .lastModifiedTime(after.modified())
              .build();
        });
  }

  DescribeApiDestinationResponse describe(DescribeApiDestinationRequest in, Call call) {
    var one = require(in.name(), call);
    return DescribeApiDestinationResponse.builder()
        .apiDestinationArn(one.arn())
        .name(one.name())
        .description(one.description())
        .apiDestinationState(state(one))
        .connectionArn(one.connectionArn())
        .invocationEndpoint(one.endpoint())
        .httpMethod(one.method())
        .invocationRateLimitPerSecond(one.rate())
        .creationTime(one.created())
        .lastModifiedTime(one.modified())
        .build();
  }

  ListApiDestinationsResponse list(ListApiDestinationsRequest in, Call call) {
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var prefix = key(Objects.requireNonNullElse(in.namePrefix(), ""), call);
    var after = pages.read(in.nextToken(), "d" + prefix, EventErrors::invalidToken);
    var found =
        tables
            .store()
            .read(
                tx ->
                    tables.destinations.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1)));
    return ListApiDestinationsResponse.builder()
        .apiDestinations(
            found.stream()
                .limit(most)
                .map(row -> row.value())
                .filter(
                    one ->
                        in.connectionArn() == null
                            || in.connectionArn().equals(one.connectionArn()))
                .map(
                    one ->
                        ApiDestination.builder()
                            .apiDestinationArn(one.arn())
                            .name(one.name())
                            .apiDestinationState(state(one))
                            .connectionArn(one.connectionArn())
                            .invocationEndpoint(one.endpoint())
                            .httpMethod(one.method())
                            .invocationRateLimitPerSecond(one.rate())
                            .creationTime(one.created())
                            .lastModifiedTime(one.modified())
                            .build())
                .toList())
        .nextToken(
            found.size() > most ? pages.write(found.get(most - 1).cursor(), "d" + prefix) : null)
        .build();
  }

  DeleteApiDestinationResponse delete(DeleteApiDestinationRequest in, Call call) {
    var before = require(in.name(), call);
    return call.write(
        tx -> {
          tables.destinations.delete(tx, before.key());
          call.changed(tx, TYPE, before.name(), before.arn(), before, null);
          return new DeleteApiDestinationResponse();
        });
  }
}
