package dev.bulwark.audit.cloudtrail;

import dev.bulwark.state.Key;

/**
 * What Insights count minute by minute: calls of one operation, or its failures with one error, of
 * an account in a Region.
 *
 * @param type AWS's name of the type of Insights
 * @param error the error's code; empty for calls
 */
record InsightSeries(
    String accountId, String region, String type, String source, String name, String error) {

  static final String CALLS = "ApiCallRateInsight";
  static final String ERRORS = "ApiErrorRateInsight";

  String key() {
    return Key.of(accountId, region, type, source, name, error);
  }

  /** What the keys of its hours begin with. */
  String prefix() {
    return Key.prefix(accountId, region, type, source, name, error);
  }
}
