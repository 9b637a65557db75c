package dev.bulwark.monitoring.cloudwatch;

import dev.bulwark.api.cloudwatch.DashboardEntry;
import dev.bulwark.api.cloudwatch.DeleteDashboardsInput;
import dev.bulwark.api.cloudwatch.DeleteDashboardsOutput;
import dev.bulwark.api.cloudwatch.GetDashboardInput;
import dev.bulwark.api.cloudwatch.GetDashboardOutput;
import dev.bulwark.api.cloudwatch.ListDashboardsInput;
import dev.bulwark.api.cloudwatch.ListDashboardsOutput;
import dev.bulwark.api.cloudwatch.PutDashboardInput;
import dev.bulwark.api.cloudwatch.PutDashboardOutput;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Dashboards, which are documents that consoles draw. They are the account's, in all Regions. */
final class Dashboards {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final int PAGE = 1000;
  private static final int LARGEST = 1 << 20;

  /** A dashboard as stored. */
  record DashboardRow(String accountId, String name, String body, Instant modified) {
    String arn() {
      return Dashboards.arn(accountId, name);
    }
  }

  private final Store store;
  private final Table<DashboardRow> dashboards;

  Dashboards(Store store) {
    this.store = store;
    this.dashboards = store.table(TableSpec.json("cloudwatch_dashboards", DashboardRow.class));
  }

  static String arn(String accountId, String name) {
    return "arn:aws:cloudwatch::" + accountId + ":dashboard/" + name;
  }

  PutDashboardOutput put(PutDashboardInput in, Call call) {
    if (!NAME.matcher(in.dashboardName()).matches()) {
      throw CloudWatchErrors.invalidValue(
          "The value "
              + in.dashboardName()
              + " for field DashboardName contains invalid characters.");
    }
    check(in.dashboardBody());
    var row =
        new DashboardRow(call.accountId(), in.dashboardName(), in.dashboardBody(), call.time());
    return call.write(
        new PutDashboardOutput(List.of()),
        tx -> dashboards.put(tx, Key.of(call.accountId(), row.name()), row));
  }

  private static void check(String body) {
    if (body.length() > LARGEST) {
      throw CloudWatchErrors.invalidDashboard("The field DashboardBody is too long.");
    }
    try {
      if (JsonMapper.shared().readTree(body).isObject()) {
        return;
      }
    } catch (JacksonException e) {
      // Told below.
    }
    throw CloudWatchErrors.invalidDashboard("The field DashboardBody must be a valid JSON object");
  }

  GetDashboardOutput get(GetDashboardInput in, Call call) {
    var row = dashboards.get(Key.of(call.accountId(), in.dashboardName()));
    if (row == null) {
      throw CloudWatchErrors.noDashboard(in.dashboardName());
    }
    return new GetDashboardOutput(row.arn(), row.body(), row.name());
  }

  ListDashboardsOutput list(ListDashboardsInput in, Call call) {
    var scope = Key.prefix(call.accountId());
    var prefix = in.dashboardNamePrefix() == null ? "" : in.dashboardNamePrefix();
    var after = Tokens.read(in.nextToken());
    var rows =
        store.read(
            tx ->
                dashboards.scan(
                    tx,
                    Scan.prefix(scope + prefix)
                        .after(after == null ? null : scope + after)
                        .limit(PAGE)));
    var entries =
        rows.stream()
            .map(row -> row.value())
            .map(
                row ->
                    new DashboardEntry(
                        row.name(),
                        row.arn(),
                        row.modified(),
                        (long) row.body().getBytes(StandardCharsets.UTF_8).length))
            .toList();
    return new ListDashboardsOutput(
        entries, rows.size() == PAGE ? Tokens.write(rows.getLast().value().name()) : null);
  }

  /** Of several none is deleted where one is not there. */
  DeleteDashboardsOutput delete(DeleteDashboardsInput in, Call call) {
    return call.write(
        tx -> {
          for (var name : in.dashboardNames()) {
            if (!dashboards.delete(tx, Key.of(call.accountId(), name))) {
              throw CloudWatchErrors.noDashboard(name);
            }
          }
          return new DeleteDashboardsOutput();
        });
  }
}
