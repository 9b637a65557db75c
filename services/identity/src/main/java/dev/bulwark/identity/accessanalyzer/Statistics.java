package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.api.accessanalyzer.ExternalAccessFindingsStatistics;
import dev.bulwark.api.accessanalyzer.FindingAggregationAccountDetails;
import dev.bulwark.api.accessanalyzer.FindingsStatistics;
import dev.bulwark.api.accessanalyzer.GetFindingsStatisticsRequest;
import dev.bulwark.api.accessanalyzer.GetFindingsStatisticsResponse;
import dev.bulwark.api.accessanalyzer.ResourceTypeDetails;
import dev.bulwark.api.accessanalyzer.UnusedAccessFindingsStatistics;
import dev.bulwark.api.accessanalyzer.UnusedAccessTypeStatistics;
import dev.bulwark.identity.accessanalyzer.FindingRecord.Status;
import dev.bulwark.service.Call;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Numbers of findings. */
final class Statistics {
  private static final int TOP_ACCOUNTS = 10;

  private final Findings findings;

  Statistics(Findings findings) {
    this.findings = findings;
  }

  GetFindingsStatisticsResponse get(GetFindingsStatisticsRequest in, Call call) {
    var analyzer = findings.caughtUp(call, in.analyzerArn());
    var all = findings.all(analyzer);
    var statistics = FindingsStatistics.builder();
    if (analyzer.isOfUnusedAccess()) {
      statistics.unusedAccessFindingsStatistics(unused(all));
    } else {
      statistics.externalAccessFindingsStatistics(external(all));
    }
    return new GetFindingsStatisticsResponse(List.of(statistics.build()), analyzer.lastAnalysis());
  }

  private static int count(List<FindingRecord> all, Predicate<FindingRecord> which) {
    return (int) all.stream().filter(which).count();
  }

  private static Predicate<FindingRecord> is(Status status) {
    return finding -> finding.status() == status;
  }

  private static ExternalAccessFindingsStatistics external(List<FindingRecord> all) {
    var byType =
        all.stream()
            .filter(is(Status.ACTIVE))
            .collect(
                Collectors.groupingBy(
                    FindingRecord::resourceType, TreeMap::new, Collectors.toList()));
    Map<String, ResourceTypeDetails> types = new TreeMap<>();
    byType.forEach(
        (type, some) -> {
          int errors = count(some, finding -> finding.error() != null);
          int open = count(some, Statistics::isPublic);
          types.put(type, new ResourceTypeDetails(open, some.size() - open - errors, errors));
        });
    return new ExternalAccessFindingsStatistics(
        types,
        count(all, is(Status.ACTIVE)),
        count(all, is(Status.ARCHIVED)),
        count(all, is(Status.RESOLVED)));
  }

  private static boolean isPublic(FindingRecord finding) {
    var access = finding.access();
    return access != null && access.isPublic();
  }

  private static UnusedAccessFindingsStatistics unused(List<FindingRecord> all) {
    var active = all.stream().filter(is(Status.ACTIVE)).toList();
    return new UnusedAccessFindingsStatistics(
        byType(active).entrySet().stream()
            .map(entry -> new UnusedAccessTypeStatistics(entry.getKey(), entry.getValue()))
            .toList(),
        active.stream().collect(Collectors.groupingBy(FindingRecord::owner)).entrySet().stream()
            .sorted(Comparator.comparing(entry -> -entry.getValue().size()))
            .limit(TOP_ACCOUNTS)
            .map(
                entry ->
                    new FindingAggregationAccountDetails(
                        entry.getKey(), entry.getValue().size(), byType(entry.getValue())))
            .toList(),
        active.size(),
        count(all, is(Status.ARCHIVED)),
        count(all, is(Status.RESOLVED)));
  }

  private static Map<String, Integer> byType(List<FindingRecord> findings) {
    return findings.stream()
        .collect(
            Collectors.groupingBy(
                FindingRecord::type, TreeMap::new, Collectors.summingInt(finding -> 1)));
  }
}
