package dev.bulwark.monitoring.logs;

import dev.bulwark.api.logs.DeleteQueryDefinitionRequest;
import dev.bulwark.api.logs.DeleteQueryDefinitionResponse;
import dev.bulwark.api.logs.DescribeQueryDefinitionsRequest;
import dev.bulwark.api.logs.DescribeQueryDefinitionsResponse;
import dev.bulwark.api.logs.PutQueryDefinitionRequest;
import dev.bulwark.api.logs.PutQueryDefinitionResponse;
import dev.bulwark.api.logs.QueryDefinition;
import dev.bulwark.base.Ids;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Queries that are saved under names. */
final class QueryDefinitions {
  private static final int MOST = 1_000;
  private static final int MOST_GROUPS = 50;

  private record DefinitionRecord(
      String id, String name, String query, List<String> groups, long modified) {
    DefinitionRecord {
      groups = List.copyOf(groups);
    }
  }

  private final Store store;
  private final Table<DefinitionRecord> table;

  QueryDefinitions(Store store) {
    this.store = store;
    table = store.table(TableSpec.json("logs_query_definitions", DefinitionRecord.class));
  }

  private static String scope(Call call) {
    return Key.prefix(call.accountId(), call.region());
  }

  PutQueryDefinitionResponse put(PutQueryDefinitionRequest in, Call call) {
    var groups = in.logGroupNames() == null ? List.<String>of() : in.logGroupNames();
    if (groups.size() > MOST_GROUPS) {
      throw LogsErrors.invalid("A query definition can name up to 50 log groups.");
    }
    boolean isNew = in.queryDefinitionId() == null;
    var definition =
        new DefinitionRecord(
            isNew ? newId(in, call) : in.queryDefinitionId(),
            in.name(),
            in.queryString(),
            groups,
            call.time().toEpochMilli());
    var key = scope(call) + Key.of(definition.id());
    return call.write(
        tx -> {
          boolean known = table.contains(tx, key);
          if (!known && !isNew) {
            throw LogsErrors.noDefinition();
          }
          if (!known && table.count(tx, scope(call)) >= MOST) {
            throw LogsErrors.limitExceeded();
          }
          table.put(tx, key, definition);
          return new PutQueryDefinitionResponse(definition.id());
        });
  }

  /** The same id for the same token, so that a request that is sent again makes nothing new. */
  private static String newId(PutQueryDefinitionRequest in, Call call) {
    return in.clientToken() == null
        ? Ids.uuid()
        : UUID.nameUUIDFromBytes((scope(call) + in.clientToken()).getBytes(StandardCharsets.UTF_8))
            .toString();
  }

  DescribeQueryDefinitionsResponse describe(DescribeQueryDefinitionsRequest in, Call call) {
    int limit = in.maxResults() == null ? MOST : in.maxResults();
    var prefix = in.queryDefinitionNamePrefix() == null ? "" : in.queryDefinitionNamePrefix();
    var after = Pages.read(in.nextToken());
    var page =
        store.read(
            tx ->
                Pages.of(
                    table,
                    tx,
                    Scan.prefix(scope(call)).after(after),
                    limit,
                    found -> found.name().startsWith(prefix)));
    return new DescribeQueryDefinitionsResponse(
        page.rows().stream()
            .map(row -> row.value())
            .map(
                found ->
                    QueryDefinition.builder()
                        .queryDefinitionId(found.id())
                        .name(found.name())
                        .queryString(found.query())
                        .lastModified(found.modified())
                        .logGroupNames(found.groups())
                        .build())
            .toList(),
        page.more() ? Pages.write(page.rows().getLast().key()) : null);
  }

  DeleteQueryDefinitionResponse delete(DeleteQueryDefinitionRequest in, Call call) {
    return call.write(
        tx -> {
          if (!table.delete(tx, scope(call) + Key.of(in.queryDefinitionId()))) {
            throw LogsErrors.noDefinition();
          }
          return new DeleteQueryDefinitionResponse(true);
        });
  }
}
