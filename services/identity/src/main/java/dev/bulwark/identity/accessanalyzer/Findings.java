package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.Criterion;
import dev.bulwark.api.accessanalyzer.GetFindingRequest;
import dev.bulwark.api.accessanalyzer.GetFindingResponse;
import dev.bulwark.api.accessanalyzer.GetFindingV2Request;
import dev.bulwark.api.accessanalyzer.GetFindingV2Response;
import dev.bulwark.api.accessanalyzer.ListFindingsRequest;
import dev.bulwark.api.accessanalyzer.ListFindingsResponse;
import dev.bulwark.api.accessanalyzer.ListFindingsV2Request;
import dev.bulwark.api.accessanalyzer.ListFindingsV2Response;
import dev.bulwark.api.accessanalyzer.SortCriteria;
import dev.bulwark.api.accessanalyzer.UpdateFindingsRequest;
import dev.bulwark.identity.accessanalyzer.AnalyzerTables.Found;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lists of findings, single ones, and what people make of them. */
final class Findings {
  private static final Map<String, Function<FindingRecord, String>> SORTABLE =
      Map.of(
          "createdAt", finding -> finding.created().toString(),
          "updatedAt", finding -> finding.updated().toString(),
          "analyzedAt", finding -> finding.analyzed().toString(),
          "resource", FindingRecord::resource,
          "resourceType", FindingRecord::resourceType,
          "resourceOwnerAccount", FindingRecord::owner,
          "status", finding -> finding.status().name(),
          "id", FindingRecord::id,
          "findingType", FindingRecord::type);

  private final AnalyzerTables tables;
  private final Analyzers analyzers;
  private final Analysis analysis;

  Findings(AnalyzerTables tables, Analyzers analyzers, Analysis analysis) {
    this.tables = tables;
    this.analyzers = analyzers;
    this.analysis = analysis;
  }

  ListFindingsResponse list(ListFindingsRequest in, Call call) {
    var analyzer = external(call, in.analyzerArn());
    var page = Pages.of(found(analyzer, in.filter(), in.sort()), in.maxResults(), in.nextToken());
    return new ListFindingsResponse(
        page.items().stream().map(FindingViews::summary).toList(), page.next());
  }

  ListFindingsV2Response listV2(ListFindingsV2Request in, Call call) {
    var analyzer = caughtUp(call, in.analyzerArn());
    var page = Pages.of(found(analyzer, in.filter(), in.sort()), in.maxResults(), in.nextToken());
    return new ListFindingsV2Response(
        page.items().stream().map(FindingViews::summaryV2).toList(), page.next());
  }

  GetFindingResponse get(GetFindingRequest in, Call call) {
    var analyzer = external(call, in.analyzerArn());
    return new GetFindingResponse(FindingViews.full(require(analyzer, in.id())));
  }

  GetFindingV2Response getV2(GetFindingV2Request in, Call call) {
    var finding = require(caughtUp(call, in.analyzerArn()), in.id());
    var page = Pages.of(FindingViews.details(finding), in.maxResults(), in.nextToken());
    return GetFindingV2Response.builder()
        .id(finding.id())
        .resource(finding.resource())
        .resourceType(finding.resourceType())
        .resourceOwnerAccount(finding.owner())
        .status(finding.status().name())
        .error(finding.error())
        .createdAt(finding.created())
        .analyzedAt(finding.analyzed())
        .updatedAt(finding.updated())
        .findingType(finding.type())
        .findingDetails(page.items())
        .nextToken(page.next())
        .build();
  }

  Unit update(UpdateFindingsRequest in, Call call) {
    var analyzer = caughtUp(call, in.analyzerArn());
    var ids = in.ids();
    var resource = in.resourceArn();
    if (ids == null && resource == null) {
      throw AnalyzerErrors.invalid("Either ids or resourceArn is required");
    }
    List<FindingRecord> chosen = new ArrayList<>();
    if (ids != null) {
      ids.forEach(id -> chosen.add(require(analyzer, id)));
    } else {
      all(analyzer).stream().filter(f -> f.resource().equals(resource)).forEach(chosen::add);
    }
    var status = Status.valueOf(in.status());
    var key = AnalyzerTables.analyzerKey(analyzer);
    return call.write(
        tx -> {
          for (var finding : chosen) {
            var current = tables.findings().get(tx, AnalyzerTables.findingKey(key, finding.id()));
            // What is resolved stays so: nobody brings access back by a change of status.
            if (current != null && current.finding().status() != Status.RESOLVED) {
              tables
                  .findings()
                  .put(
                      tx,
                      AnalyzerTables.findingKey(key, finding.id()),
                      new Found(key, current.finding().withStatus(status, call.time())));
            }
          }
          return Unit.UNIT;
        });
  }

  /** An analyzer with its findings as they are now. */
  AnalyzerRecord caughtUp(Call call, String arn) {
    analyzers.requireArn(call, arn);
    analysis.catchUp();
    return analyzers.requireArn(call, arn);
  }

  private AnalyzerRecord external(Call call, String arn) {
    var analyzer = caughtUp(call, arn);
    if (analyzer.isOfUnusedAccess()) {
      throw AnalyzerErrors.notSupported(
          "This operation is not supported for unused access analyzers. Use the V2 operation.");
    }
    return analyzer;
  }

  /**
   * All findings of an analyzer, about accounts that it looks at: an account that has left the
   * organization, or no longer manages it, is nobody's to see from that moment, though its findings
   * are resolved only with the next analysis.
   */
  List<FindingRecord> all(AnalyzerRecord analyzer) {
    var accounts = analysis.zone(analyzer).accounts();
    List<FindingRecord> all = new ArrayList<>();
    tables
        .store()
        .read(
            tx -> {
              tables
                  .findings()
                  .forEach(
                      tx,
                      Scan.prefix(Key.prefix(AnalyzerTables.analyzerKey(analyzer))),
                      row -> {
                        if (accounts.contains(row.value().finding().owner())) {
                          all.add(row.value().finding());
                        }
                      });
              return all.size();
            });
    return all;
  }

  private List<FindingRecord> found(
      AnalyzerRecord analyzer,
      @Nullable Map<String, Criterion> filter,
      @Nullable SortCriteria sort) {
    var conditions = Filters.read(Objects.requireNonNullElse(filter, Map.of()));
    return all(analyzer).stream()
        .filter(finding -> Filters.matches(conditions, finding))
        .sorted(order(sort))
        .toList();
  }

  private static Comparator<FindingRecord> order(@Nullable SortCriteria sort) {
    var name = sort == null || sort.attributeName() == null ? "createdAt" : sort.attributeName();
    var value = SORTABLE.get(name);
    if (value == null) {
      throw AnalyzerErrors.invalid("Invalid sort attribute: " + name);
    }
    var order = Comparator.comparing(value).thenComparing(FindingRecord::id);
    return sort != null && "DESC".equals(sort.orderBy()) ? order.reversed() : order;
  }

  /**
   * A finding.
   *
   * @throws dev.bulwark.schema.ApiException ResourceNotFoundException
   */
  FindingRecord require(AnalyzerRecord analyzer, String id) {
    var found =
        tables.findings().get(AnalyzerTables.findingKey(AnalyzerTables.analyzerKey(analyzer), id));
    if (found == null || !analysis.zone(analyzer).accounts().contains(found.finding().owner())) {
      throw AnalyzerErrors.noFinding(id);
    }
    return found.finding();
  }
}
