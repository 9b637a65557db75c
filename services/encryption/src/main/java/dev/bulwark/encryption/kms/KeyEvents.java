package dev.bulwark.encryption.kms;

import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.BusEvent;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceName;
import dev.bulwark.state.WriteTx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What KMS tells of what happens to keys by itself: to the event bus of the key's account and
 * Region, and in its record of API calls, as events of the service.
 *
 * @see <a href="https://docs.aws.amazon.com/kms/latest/developerguide/kms-events.html">Monitor KMS
 *     keys with Amazon EventBridge</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html">Logging
 *     AWS KMS API calls with AWS CloudTrail</a>
 */
final class KeyEvents {
  private static final String SOURCE = "kms.amazonaws.com";
  private static final String INTERNAL = "AWS Internal";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EventStreams events;

  KeyEvents(EventStreams events) {
    this.events = events;
  }

  /**
   * New material has taken over.
   *
   * @param key as it was
   */
  void rotated(WriteTx tx, KeyRecord key, String rotationType, String materialId, Instant time) {
    tell(tx, key, "KMS CMK Rotation", time);
    var details = JSON.createObjectNode();
    details
        .put("rotationType", rotationType)
        .put("keyOrigin", key.origin().name())
        .put("previousKeyMaterialId", key.current().map(MaterialRecord::id).orElse(null))
        .put("currentKeyMaterialId", materialId)
        .put("keyId", key.keyId());
    record(tx, key, "RotateKey", false, details, time);
  }

  /** Imported material has expired. */
  void expired(WriteTx tx, KeyRecord key, String materialId, Instant time) {
    tell(tx, key, "KMS Imported Key Material Expiration", time);
    var details = JSON.createObjectNode();
    details.put("keyId", key.keyId()).put("keyMaterialId", materialId);
    record(tx, key, "DeleteExpiredKeyMaterial", false, details, time);
  }

  /** The key's waiting period is over, and it is gone. */
  void deleted(WriteTx tx, KeyRecord key, Instant time) {
    tell(tx, key, "KMS CMK Deletion", time);
    var details = JSON.createObjectNode();
    details.put("keyId", key.keyId());
    record(tx, key, "DeleteKey", true, details, time);
  }

  /**
   * What all Regions of a multi-Region key share has come to its replicas, if there are any. The
   * record tells of the primary key alone.
   *
   * @param key the key in one of its Regions
   */
  void synchronizedRegions(WriteTx tx, KeyRecord key, Instant time) {
    var regions = key.multiRegion();
    if (regions != null && !regions.replicas().isEmpty()) {
      record(
          tx,
          key.identity().in(regions.primary(), key.identity().created()),
          "SynchronizeMultiRegionKey",
          true,
          null,
          time);
    }
  }

  private void record(
      WriteTx tx, KeyRecord key, String name, boolean answered, ObjectNode details, Instant time) {
    record(tx, key.identity(), name, answered, details, time);
  }

  /**
   * Records what the service did by itself.
   *
   * @param answered whether it tells the key among its response elements
   * @param details of an event of the service; null where it is a call of the API, by itself
   */
  private void record(
      WriteTx tx,
      KeyIdentity key,
      String name,
      boolean answered,
      @Nullable ObjectNode details,
      Instant time) {
    var id = Ids.eventId();
    var record = JSON.createObjectNode().put("eventVersion", "1.11");
    record.putObject("userIdentity").put("accountId", key.accountId()).put("invokedBy", INTERNAL);
    record
        .put("eventTime", time.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("eventSource", SOURCE)
        .put("eventName", name)
        .put("awsRegion", key.region())
        .put("sourceIPAddress", INTERNAL)
        .put("userAgent", INTERNAL)
        .putNull("requestParameters");
    if (answered) {
      record.putObject("responseElements").put("keyId", key.arn());
    } else {
      record.putNull("responseElements");
    }
    if (details == null) {
      record.put("requestID", Ids.requestId());
    }
    record.put("eventID", id).put("readOnly", false);
    record
        .putArray("resources")
        .addObject()
        .put("accountId", key.accountId())
        .put("type", KeyStore.TYPE)
        .put("ARN", key.arn());
    record
        .put("eventType", details == null ? "AwsApiCall" : "AwsServiceEvent")
        .put("managementEvent", true)
        .put("recipientAccountId", key.accountId());
    if (details != null) {
      record.set("serviceEventDetails", details);
    }
    record.put("eventCategory", "Management");
    var call =
        new ApiCall(
            0,
            id,
            time,
            key.accountId(),
            key.region(),
            SOURCE,
            name,
            false,
            true,
            null,
            null,
            null,
            List.of(new ResourceName(KeyStore.TYPE, key.arn())),
            JSON.writeValueAsBytes(record));
    events.append(tx, events.prepare(call));
  }

  private void tell(WriteTx tx, KeyRecord key, String detailType, Instant time) {
    events.append(
        tx,
        new BusEvent(
            key.accountId(),
            key.region(),
            time,
            "aws.kms",
            detailType,
            List.of(key.arn()),
            "{\"key-id\":\"" + key.keyId() + "\"}"));
  }
}
