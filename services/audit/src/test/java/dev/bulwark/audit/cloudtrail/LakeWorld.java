package dev.bulwark.audit.cloudtrail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.audit.Lab;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowingConsumer;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.DescribeQueryResponse;
import software.amazon.awssdk.services.cloudtrail.model.QueryStatus;

/** A laboratory with event data stores, and how they are asked. */
final class LakeWorld implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  final Lab lab;
  final CloudTrailClient trails;

  LakeWorld(Lab lab) {
    this.lab = lab;
    trails = lab.client(CloudTrailClient.builder());
  }

  String store(String name) {
    return trails.createEventDataStore(r -> r.name(name)).eventDataStoreArn();
  }

  static String id(String arn) {
    return arn.substring(arn.indexOf('/') + 1);
  }

  /** Starts a query, in which %s stands for the id of a store. */
  String start(String sql, String arn) {
    return trails.startQuery(r -> r.queryStatement(sql.formatted(id(arn)))).queryId();
  }

  DescribeQueryResponse await(String query) {
    var until = Instant.now().plus(PATIENCE);
    while (Instant.now().isBefore(until)) {
      var described = trails.describeQuery(r -> r.queryId(query));
      boolean ended =
          described.queryStatus() != QueryStatus.QUEUED
              && described.queryStatus() != QueryStatus.RUNNING;
      if (ended && !"PENDING".equals(described.deliveryStatusAsString())) {
        return described;
      }
      LockSupport.parkNanos(5_000_000);
    }
    throw new AssertionError("the query does not end");
  }

  /** All rows of a query's result. */
  List<List<Map<String, String>>> query(String sql, String arn) {
    var id = start(sql, arn);
    var ended = await(id);
    assertThat(ended.queryStatus()).as(ended.errorMessage()).isEqualTo(QueryStatus.FINISHED);
    return trails.getQueryResultsPaginator(r -> r.queryId(id)).stream()
        .flatMap(page -> page.queryResultRows().stream())
        .toList();
  }

  static ThrowingConsumer<Throwable> isError(String code) {
    return e ->
        assertThat(((AwsServiceException) e).awsErrorDetails().errorCode())
            .isIn(code, code.replace("Exception", ""));
  }

  @Override
  public void close() {
    lab.close();
  }
}
