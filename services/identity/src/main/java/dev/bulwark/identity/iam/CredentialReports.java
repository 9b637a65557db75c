package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.GenerateCredentialReportResponse;
import dev.bulwark.api.iam.GetCredentialReportResponse;
import dev.bulwark.api.iam.ReportFormatType;
import dev.bulwark.api.iam.ReportStateType;
import dev.bulwark.identity.iam.CredentialTables.CredentialReportRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Credential reports: asked for, made in the background, and good for four hours.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html">Generate
 *     credential reports</a>
 */
final class CredentialReports {
  private static final Duration GOOD_FOR = Duration.ofHours(4);

  private final CredentialTables tables;
  private final CredentialReportText text;
  private final Background background = new Background();

  CredentialReports(CredentialTables tables, CredentialReportText text) {
    this.tables = tables;
    this.text = text;
  }

  GenerateCredentialReportResponse generate(Unit input, Call call) {
    var accountId = call.accountId();
    var now = Times.of(call);
    var answer =
        call.write(
            tx -> {
              var known = tables.credentialReports().get(tx, accountId);
              if (known != null && known.generated() == null) {
                return answer(ReportStateType.INPROGRESS, null);
              }
              if (known != null && isGood(known, now)) {
                return answer(ReportStateType.COMPLETE, null);
              }
              tables
                  .credentialReports()
                  .put(tx, accountId, new CredentialReportRecord(accountId, now, null, null));
              return answer(
                  ReportStateType.STARTED,
                  "No report exists. Starting a new report generation task");
            });
    if (!ReportStateType.COMPLETE.value().equals(answer.state())) {
      background.start(accountId, () -> make(accountId, now));
    }
    return answer;
  }

  private static GenerateCredentialReportResponse answer(
      ReportStateType state, @Nullable String description) {
    return GenerateCredentialReportResponse.builder()
        .state(state.value())
        .description(description)
        .build();
  }

  private static boolean isGood(CredentialReportRecord report, Instant now) {
    var generated = report.generated();
    return generated != null && now.isBefore(generated.plus(GOOD_FOR));
  }

  private void make(String accountId, Instant now) {
    var content = tables.store().read(tx -> text.write(tx, accountId));
    tables
        .store()
        .run(
            tx ->
                tables
                    .credentialReports()
                    .put(tx, accountId, new CredentialReportRecord(accountId, now, now, content)));
  }

  GetCredentialReportResponse get(Unit input, Call call) {
    var report = tables.credentialReports().get(call.accountId());
    if (report == null) {
      throw CredentialErrors.reportNotPresent();
    }
    if (report.content() == null) {
      throw CredentialErrors.reportNotReady();
    }
    if (!isGood(report, call.time())) {
      throw CredentialErrors.reportExpired();
    }
    return GetCredentialReportResponse.builder()
        .content(report.content().getBytes(StandardCharsets.UTF_8))
        .reportFormat(ReportFormatType.TEXT_CSV.value())
        .generatedTime(report.generated())
        .build();
  }
}
