package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CancelQueryRequest;
import dev.bulwark.api.cloudtrail.CancelQueryResponse;
import dev.bulwark.api.cloudtrail.DescribeQueryRequest;
import dev.bulwark.api.cloudtrail.DescribeQueryResponse;
import dev.bulwark.api.cloudtrail.GetQueryResultsRequest;
import dev.bulwark.api.cloudtrail.GetQueryResultsResponse;
import dev.bulwark.api.cloudtrail.ListQueriesRequest;
import dev.bulwark.api.cloudtrail.ListQueriesResponse;
import dev.bulwark.api.cloudtrail.Query;
import dev.bulwark.api.cloudtrail.QueryStatistics;
import dev.bulwark.api.cloudtrail.QueryStatisticsForDescribeQuery;
import dev.bulwark.api.cloudtrail.StartQueryRequest;
import dev.bulwark.api.cloudtrail.StartQueryResponse;
import dev.bulwark.audit.cloudtrail.QueryRecord.Status;
import dev.bulwark.base.Ids;
import dev.bulwark.lake.EventShape;
import dev.bulwark.lake.LakeException;
import dev.bulwark.lake.LakeQuery;
import dev.bulwark.lake.QueryText;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Queries of CloudTrail Lake, as the API has them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-lake-cli.html">Manage
 *     CloudTrail Lake queries</a>
 */
final class Queries {
  private static final int MOST_LISTED = 1000;
  private static final int PAGE = 1000;

  private final LakeTables tables;
  private final EventDataStoreFinder finder;
  private final QueryRunner runner;
  private final QueryResults results;
  private final QueryDelivery delivery;
  private final PageTokens tokens;

  Queries(
      LakeTables tables,
      EventDataStoreFinder finder,
      QueryRunner runner,
      QueryResults results,
      QueryDelivery delivery,
      PageTokens tokens) {
    this.tables = tables;
    this.finder = finder;
    this.runner = runner;
    this.results = results;
    this.delivery = delivery;
    this.tokens = tokens;
  }

  /** A query is authorized on every event data store that it names. */
  List<Permission> toStart(StartQueryRequest in, Call call) {
    var permissions = new ArrayList<Permission>();
    for (var id : QueryText.of(statement(in)).ids()) {
      permissions.add(Permission.of("cloudtrail:StartQuery", finder.resource(id, call)));
    }
    return permissions.isEmpty() ? List.of(anyStore("cloudtrail:StartQuery", call)) : permissions;
  }

  private static String statement(StartQueryRequest in) {
    if (in.queryAlias() != null || in.queryParameters() != null) {
      // Aliases name the templates of AWS's own dashboards.
      throw LakeErrors.parameter("The query alias is not known: " + in.queryAlias());
    }
    var statement = in.queryStatement();
    if (statement == null) {
      throw LakeErrors.parameter("Either QueryStatement or QueryAlias must be specified.");
    }
    return statement;
  }

  StartQueryResponse start(StartQueryRequest in, Call call) {
    var statement = statement(in);
    var text = QueryText.of(statement);
    var stores = new HashMap<String, EventDataStoreRecord>();
    tables
        .store()
        .read(
            tx -> {
              for (var id : text.ids()) {
                stores.put(id, finder.requireActive(tx, id, call));
              }
              return stores;
            });
    var query = parse(text, stores, call);
    var read = text.ids().stream().filter(query.stores()::contains).map(stores::get).toList();
    read.forEach(runner::requireKey);
    var uri = in.deliveryS3Uri();
    if (uri != null) {
      delivery.check(read.getFirst(), uri);
    }
    var record =
        new QueryRecord(
            call.accountId(),
            call.region(),
            Ids.uuid(),
            read.stream().map(EventDataStoreRecord::arn).toList(),
            statement,
            Status.QUEUED,
            call.time(),
            0,
            0,
            0,
            0,
            null,
            null,
            List.of(),
            uri,
            uri == null ? null : "PENDING");
    runner.admit(record, query);
    try {
      call.write(new StartQueryResponse(record.id()), tx -> tables.put(tx, record));
    } catch (RuntimeException e) {
      runner.withdraw(record);
      throw e;
    }
    runner.run(record);
    return new StartQueryResponse(record.id());
  }

  private static LakeQuery parse(
      QueryText text, Map<String, EventDataStoreRecord> stores, Call call) {
    var shapes = new HashMap<String, EventShape>();
    stores.forEach((id, store) -> shapes.put(id, store.shape()));
    try {
      return LakeQuery.of(text, shapes, call.time());
    } catch (LakeException e) {
      throw e.kind() == LakeException.Kind.STATEMENT
          ? LakeErrors.statement(e.getMessage())
          : LakeErrors.notPermitted(e.getMessage());
    }
  }

  /**
   * What is done with a query is authorized on the event data store that the request names, and on
   * every one whose events the query reads.
   */
  List<Permission> toUse(
      String action, @Nullable String storeArn, @Nullable String queryId, Call call) {
    var query = queryId == null ? null : tables.queries().get(row(queryId, call));
    var arns = new LinkedHashSet<String>();
    if (storeArn != null) {
      arns.add(EventDataStoreFinder.arn(storeArn, call));
    }
    if (query != null) {
      arns.addAll(query.storeArns());
    }
    return arns.isEmpty()
        ? List.of(anyStore(action, call))
        : arns.stream().map(arn -> Permission.of(action, finder.resource(arn, call))).toList();
  }

  private static Permission anyStore(String action, Call call) {
    return Permission.of(
        action, Resource.of(EventDataStoreRecord.arn(call.region(), call.accountId(), "*")));
  }

  private static String row(String queryId, Call call) {
    return LakeTables.queryKey(call.accountId(), call.region(), queryId);
  }

  private QueryRecord require(ReadTx tx, @Nullable String storeArn, String queryId, Call call) {
    var query = tables.queries().get(tx, row(queryId, call));
    if (query == null || query.isGone(call.time())) {
      throw LakeErrors.noQuery(queryId);
    }
    if (storeArn != null && !query.storeArns().contains(EventDataStoreFinder.arn(storeArn, call))) {
      finder.requireActive(tx, storeArn, call);
      throw LakeErrors.noQuery(queryId);
    }
    finder.requireActive(tx, query.storeArns().getFirst(), call);
    return query;
  }

  DescribeQueryResponse describe(DescribeQueryRequest in, Call call) {
    var id = in.queryId();
    if ((id == null) == (in.queryAlias() == null)) {
      throw LakeErrors.parameter("Either QueryId or QueryAlias must be specified.");
    }
    if (id == null) {
      throw LakeErrors.noQuery(String.valueOf(in.queryAlias()));
    }
    var query = tables.store().read(tx -> require(tx, in.eventDataStore(), id, call));
    return DescribeQueryResponse.builder()
        .queryId(query.id())
        .queryString(query.statement())
        .queryStatus(query.status().name())
        .queryStatistics(
            new QueryStatisticsForDescribeQuery(
                query.rows(),
                query.scanned(),
                query.bytesScanned(),
                query.millis(),
                query.created()))
        .errorMessage(query.error())
        .deliveryS3Uri(query.delivery())
        .deliveryStatus(query.deliveryStatus())
        .build();
  }

  GetQueryResultsResponse results(GetQueryResultsRequest in, Call call) {
    var query = tables.store().read(tx -> require(tx, in.eventDataStore(), in.queryId(), call));
    var place = Key.of("GetQueryResults", call.accountId(), query.id());
    var token = tokens.read(in.nextToken(), place);
    long from = token == null ? 0 : Long.parseLong(token);
    int most = in.maxQueryResults() == null ? PAGE : in.maxQueryResults();
    var shown = GetQueryResultsResponse.builder().queryStatus(query.status().name());
    if (query.status() != Status.FINISHED) {
      return shown
          .queryStatistics(new QueryStatistics(0, 0, query.bytesScanned()))
          .queryResultRows(List.of())
          .errorMessage(query.error())
          .build();
    }
    try {
      var rows = results.read(query, from, most);
      long next = from + rows.rows().size();
      return shown
          .queryStatistics(
              new QueryStatistics(
                  rows.rows().size(), Math.toIntExact(query.rows()), query.bytesScanned()))
          .queryResultRows(rows.shown())
          .nextToken(tokens.write(next < query.rows() ? Long.toString(next) : null, place))
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException("The result of query " + query.id(), e);
    }
  }

  ListQueriesResponse list(ListQueriesRequest in, Call call) {
    if (in.startTime() != null && in.endTime() != null && in.endTime().isBefore(in.startTime())) {
      throw LakeErrors.dateRange();
    }
    var store = tables.store().read(tx -> finder.requireActive(tx, in.eventDataStore(), call));
    var place = Key.of("ListQueries", store.arn(), String.valueOf(in.queryStatus()));
    var after = tokens.read(in.nextToken(), place);
    int most = in.maxResults() == null ? MOST_LISTED : in.maxResults();
    var found =
        tables.store().read(tx -> tables.queriesOf(tx, store)).stream()
            .filter(query -> !query.isGone(call.time()))
            .filter(query -> in.startTime() == null || !query.created().isBefore(in.startTime()))
            .filter(query -> in.endTime() == null || !query.created().isAfter(in.endTime()))
            .filter(
                query -> in.queryStatus() == null || query.status().name().equals(in.queryStatus()))
            .filter(query -> after == null || order(query).compareTo(after) < 0)
            .sorted((a, b) -> order(b).compareTo(order(a)))
            .toList();
    var page = found.subList(0, Math.min(most, found.size()));
    return new ListQueriesResponse(
        page.stream()
            .map(query -> new Query(query.id(), query.status().name(), query.created()))
            .toList(),
        tokens.write(page.size() < found.size() ? order(page.getLast()) : null, place));
  }

  private static String order(QueryRecord query) {
    return "%016x%s".formatted(query.created().toEpochMilli(), query.id());
  }

  CancelQueryResponse cancel(CancelQueryRequest in, Call call) {
    var output =
        call.write(
            tx -> {
              var query = require(tx, in.eventDataStore(), in.queryId(), call);
              if (query.status().isEnd()) {
                throw LakeErrors.inactiveQuery(query.id(), query.status().name());
              }
              tables.put(tx, query.with(Status.CANCELLED));
              return new CancelQueryResponse(query.id(), Status.CANCELLED.name());
            });
    runner.cancel(in.queryId());
    return output;
  }
}
