package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CreateEventDataStoreRequest;
import dev.bulwark.api.cloudtrail.UpdateEventDataStoreRequest;
import dev.bulwark.audit.cloudtrail.EventDataStoreRecord.Settings;
import dev.bulwark.audit.cloudtrail.TrailRecord.AdvancedSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.FieldCondition;
import dev.bulwark.audit.cloudtrail.TrailRecord.Operator;
import dev.bulwark.service.Call;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns requests about event data stores into settings. */
final class EventDataStoreRequests {
  private static final String EXTENDABLE = "EXTENDABLE_RETENTION_PRICING";
  private static final int EXTENDABLE_DEFAULT = 366;
  private static final int FIXED_MOST = 2557;
  private static final AdvancedSelector MANAGEMENT =
      new AdvancedSelector(
          "Default management events",
          List.of(new FieldCondition("eventCategory", Operator.EQUALS, List.of("Management"))));

  private final TrailOrganizations organizations;

  EventDataStoreRequests(TrailOrganizations organizations) {
    this.organizations = organizations;
  }

  /** What a request makes; the key as the request names it. */
  Settings settings(CreateEventDataStoreRequest in, Call call) {
    var billing = in.billingMode() == null ? EXTENDABLE : in.billingMode();
    int usual = billing.equals(EXTENDABLE) ? EXTENDABLE_DEFAULT : FIXED_MOST;
    var given = in.advancedEventSelectors();
    return checked(
        new Settings(
            in.name(),
            given == null || given.isEmpty() ? List.of(MANAGEMENT) : selectors(given),
            in.multiRegionEnabled() == null || in.multiRegionEnabled(),
            organization(Boolean.TRUE.equals(in.organizationEnabled()), call),
            in.retentionPeriod() == null ? usual : in.retentionPeriod(),
            in.terminationProtectionEnabled() == null || in.terminationProtectionEnabled(),
            in.kmsKeyId(),
            billing));
  }

  /** What the request does not name stays. */
  Settings settings(UpdateEventDataStoreRequest in, EventDataStoreRecord store, Call call) {
    var before = store.settings();
    var billing = in.billingMode() == null ? before.billingMode() : in.billingMode();
    if (before.billingMode().equals(EXTENDABLE) && !billing.equals(EXTENDABLE)) {
      throw LakeErrors.parameter(
          "You can't change the billing mode from EXTENDABLE_RETENTION_PRICING to"
              + " FIXED_RETENTION_PRICING.");
    }
    if (before.keyArn() != null
        && in.kmsKeyId() != null
        && !in.kmsKeyId().equals(before.keyArn())) {
      throw LakeErrors.parameter("The KMS key of an event data store cannot be changed.");
    }
    var given = in.advancedEventSelectors();
    boolean organization =
        in.organizationEnabled() == null
            ? before.organizationId() != null
            : in.organizationEnabled();
    var settings =
        checked(
            new Settings(
                in.name() == null ? before.name() : in.name(),
                given == null || given.isEmpty() ? before.selectors() : selectors(given),
                in.multiRegionEnabled() == null ? before.multiRegion() : in.multiRegionEnabled(),
                organization(organization, call),
                in.retentionPeriod() == null ? before.retention() : in.retentionPeriod(),
                in.terminationProtectionEnabled() == null
                    ? before.terminationProtected()
                    : in.terminationProtectionEnabled(),
                in.kmsKeyId() == null ? before.keyArn() : in.kmsKeyId(),
                billing));
    if (store.isForChannels() != settings.category().equals(EventDataStoreRecord.ACTIVITY)) {
      throw CloudTrailErrors.invalidSelectors(
          "The event category of an event data store cannot be changed.");
    }
    return settings;
  }

  private @Nullable String organization(boolean wanted, Call call) {
    return wanted ? TrailRequests.organization(organizations, call) : null;
  }

  private static List<AdvancedSelector> selectors(
      List<dev.bulwark.api.cloudtrail.AdvancedEventSelector> given) {
    var selectors = EventSelectors.advanced(given);
    if (selectors.size() == 1 && isForChannels(selectors.getFirst())) {
      return selectors;
    }
    SelectorRules.check(List.of(), selectors);
    return selectors;
  }

  private static boolean isForChannels(AdvancedSelector selector) {
    return selector
        .conditions()
        .equals(
            List.of(
                new FieldCondition(
                    "eventCategory", Operator.EQUALS, List.of(EventDataStoreRecord.ACTIVITY))));
  }

  private static Settings checked(Settings settings) {
    if (!settings.billingMode().equals(EXTENDABLE) && settings.retention() > FIXED_MOST) {
      throw LakeErrors.parameter(
          "The retention period must be between 7 and 2557 days for FIXED_RETENTION_PRICING.");
    }
    return settings;
  }
}
