package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CreateEventDataStoreResponse;
import dev.bulwark.api.cloudtrail.EventDataStore;
import dev.bulwark.api.cloudtrail.GetEventDataStoreResponse;
import dev.bulwark.api.cloudtrail.RestoreEventDataStoreResponse;
import dev.bulwark.api.cloudtrail.Tag;
import dev.bulwark.api.cloudtrail.UpdateEventDataStoreResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Event data stores as answers show them. */
final class EventDataStoreViews {
  private static final String NO_FEDERATION = "DISABLED";

  private EventDataStoreViews() {}

  static CreateEventDataStoreResponse created(
      EventDataStoreRecord store, @Nullable List<Tag> tags) {
    var settings = store.settings();
    return CreateEventDataStoreResponse.builder()
        .eventDataStoreArn(store.arn())
        .name(settings.name())
        .status("CREATED")
        .advancedEventSelectors(EventSelectors.views(settings.selectors()))
        .multiRegionEnabled(settings.multiRegion())
        .organizationEnabled(settings.organizationId() != null)
        .retentionPeriod(settings.retention())
        .terminationProtectionEnabled(settings.terminationProtected())
        .tagsList(tags)
        .createdTimestamp(store.created())
        .updatedTimestamp(store.updated())
        .kmsKeyId(settings.keyArn())
        .billingMode(settings.billingMode())
        .build();
  }

  static GetEventDataStoreResponse of(EventDataStoreRecord store) {
    var settings = store.settings();
    return GetEventDataStoreResponse.builder()
        .eventDataStoreArn(store.arn())
        .name(settings.name())
        .status(store.status())
        .advancedEventSelectors(EventSelectors.views(settings.selectors()))
        .multiRegionEnabled(settings.multiRegion())
        .organizationEnabled(settings.organizationId() != null)
        .retentionPeriod(settings.retention())
        .terminationProtectionEnabled(settings.terminationProtected())
        .createdTimestamp(store.created())
        .updatedTimestamp(store.updated())
        .kmsKeyId(settings.keyArn())
        .billingMode(settings.billingMode())
        .federationStatus(NO_FEDERATION)
        .build();
  }

  static UpdateEventDataStoreResponse updated(EventDataStoreRecord store) {
    var settings = store.settings();
    return UpdateEventDataStoreResponse.builder()
        .eventDataStoreArn(store.arn())
        .name(settings.name())
        .status(store.status())
        .advancedEventSelectors(EventSelectors.views(settings.selectors()))
        .multiRegionEnabled(settings.multiRegion())
        .organizationEnabled(settings.organizationId() != null)
        .retentionPeriod(settings.retention())
        .terminationProtectionEnabled(settings.terminationProtected())
        .createdTimestamp(store.created())
        .updatedTimestamp(store.updated())
        .kmsKeyId(settings.keyArn())
        .billingMode(settings.billingMode())
        .federationStatus(NO_FEDERATION)
        .build();
  }

  static RestoreEventDataStoreResponse restored(EventDataStoreRecord store) {
    var settings = store.settings();
    return RestoreEventDataStoreResponse.builder()
        .eventDataStoreArn(store.arn())
        .name(settings.name())
        .status(store.status())
        .advancedEventSelectors(EventSelectors.views(settings.selectors()))
        .multiRegionEnabled(settings.multiRegion())
        .organizationEnabled(settings.organizationId() != null)
        .retentionPeriod(settings.retention())
        .terminationProtectionEnabled(settings.terminationProtected())
        .createdTimestamp(store.created())
        .updatedTimestamp(store.updated())
        .kmsKeyId(settings.keyArn())
        .billingMode(settings.billingMode())
        .build();
  }

  /** Lists tell no more than ARN and name. */
  static EventDataStore listed(EventDataStoreRecord store) {
    return EventDataStore.builder().eventDataStoreArn(store.arn()).name(store.name()).build();
  }
}
