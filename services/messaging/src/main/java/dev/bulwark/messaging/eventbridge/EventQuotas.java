package dev.bulwark.messaging.eventbridge;

/**
 * How many there may be: AWS's defaults, in a Region where it says nothing else.
 *
 * @see <a href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html">Quotas</a>
 */
final class EventQuotas {
  /** Of an account in a Region. Whether AWS counts the default bus is not said; it is not here. */
  static final int BUSES = 100;

  static final int RULES_OF_BUS = 300;

  /** Rules of a bus whose patterns use wildcards. */
  static final int WILDCARD_RULES_OF_BUS = 30;

  static final int TARGETS_OF_RULE = 5;

  /**
   * AWS names no quota of archives, but has a managed rule on the bus for each, so that a bus
   * cannot have more of them than rules.
   */
  static final int ARCHIVES_OF_BUS = RULES_OF_BUS;

  /** Replays of an account in a Region that are not over. */
  static final int ACTIVE_REPLAYS = 10;

  /** Of an account in a Region. */
  static final int CONNECTIONS = 3000;

  /** Of an account in a Region. */
  static final int API_DESTINATIONS = 3000;

  /** Characters of the policy of a bus. */
  static final int POLICY_LENGTH = 10_240;

  /** Bytes of the entries of a PutEvents together. */
  static final int ENTRIES_BYTES = 1024 * 1024;

  private EventQuotas() {}
}
