package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtraildata.AuditEvent;
import dev.bulwark.api.cloudtraildata.AuditEventResultEntry;
import dev.bulwark.api.cloudtraildata.CloudTrailDataApi;
import dev.bulwark.api.cloudtraildata.PutAuditEventsRequest;
import dev.bulwark.api.cloudtraildata.PutAuditEventsResponse;
import dev.bulwark.api.cloudtraildata.ResultErrorEntry;
import dev.bulwark.audit.cloudtrail.AuditEventReader.RefusedException;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.StoreCache;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/**
 * CloudTrail Data: what comes through channels. Events are durable when they are acknowledged.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_PutAuditEvents.html">PutAuditEvents</a>
 */
final class AuditEvents implements Service {
  /** Of the events of a request together, in characters. */
  private static final int MOST_DATA = 1 << 20;

  private final LakeTables tables;
  private final ChannelFinder finder;
  private final ChannelBatches batches;
  private final StoreCache<EventDataStoreRecord> stores;
  private final ServiceTable table;

  AuditEvents(LakeTables tables, ChannelFinder finder, ChannelBatches batches) {
    this.tables = tables;
    this.finder = finder;
    this.batches = batches;
    this.stores = tables.stores().cached(1000);
    this.table =
        ServiceTable.of(CloudTrailDataApi.MODEL)
            .on(CloudTrailDataApi.PUT_AUDIT_EVENTS)
            .permissions(this::toPut)
            .dataEvent()
            .handle(this::put)
            .build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }

  private List<Permission> toPut(PutAuditEventsRequest in, Call call) {
    if (!ChannelFinder.isArn(in.channelArn())) {
      throw LakeErrors.notAChannel(in.channelArn());
    }
    var keys = Context.builder();
    if (in.externalId() != null) {
      keys.put("cloudtrail:ExternalId", in.externalId());
    }
    return List.of(
        new Permission(
            "cloudtrail-data:PutAuditEvents", finder.resource(in.channelArn()), keys.build()));
  }

  private PutAuditEventsResponse put(PutAuditEventsRequest in, Call call) {
    requireUnique(in.auditEvents());
    var channel =
        finder
            .find(in.channelArn(), call)
            .orElseThrow(() -> LakeErrors.unknownChannel(in.channelArn()));
    call.inAccount(channel.accountId());
    call.concerns(ChannelRecord.TYPE, channel.arn());
    var accepted = new ArrayList<AuditEventReader.Accepted>(in.auditEvents().size());
    var failed = new ArrayList<ResultErrorEntry>();
    read(in, channel, call, accepted, failed);
    var stores = destinations(channel);
    if (stores.isEmpty() || !batches.hasRoom()) {
      var code = stores.isEmpty() ? "AccountNotSubscribed" : "Throttling";
      var message =
          stores.isEmpty()
              ? "No destination of the channel takes events in."
              : "Too many events wait to be stored; send this one again later.";
      accepted.forEach(event -> failed.add(new ResultErrorEntry(code, message, event.id())));
      accepted.clear();
    }
    var output =
        new PutAuditEventsResponse(
            failed,
            accepted.stream()
                .map(event -> new AuditEventResultEntry(event.eventId(), event.id()))
                .toList());
    write(channel, stores, accepted, failed, output, call);
    return output;
  }

  private static void requireUnique(List<AuditEvent> events) {
    var ids = new HashSet<String>(events.size() * 2);
    for (var event : events) {
      if (!ids.add(event.id())) {
        throw LakeErrors.duplicateId(event.id());
      }
    }
  }

  private static void read(
      PutAuditEventsRequest in,
      ChannelRecord channel,
      Call call,
      List<AuditEventReader.Accepted> accepted,
      List<ResultErrorEntry> failed) {
    var reader = new AuditEventReader(channel, call.region(), call.time());
    long size = 0;
    for (var event : in.auditEvents()) {
      size += event.eventData().length();
      try {
        if (size > MOST_DATA) {
          throw new RefusedException(
              "FieldTooLong", "The events of a request have 1 MB together at the most.");
        }
        accepted.add(reader.read(event));
      } catch (RefusedException e) {
        failed.add(new ResultErrorEntry(e.code(), e.getMessage(), event.id()));
      }
    }
  }

  private List<String> destinations(ChannelRecord channel) {
    return channel.destinations().stream()
        .filter(
            arn -> {
              var store = stores.get(arn);
              return store != null && store.deleted() == null;
            })
        .toList();
  }

  private void write(
      ChannelRecord channel,
      List<String> stores,
      List<AuditEventReader.Accepted> accepted,
      List<ResultErrorEntry> failed,
      PutAuditEventsResponse output,
      Call call) {
    var ready = new ArrayList<ChannelBatches.Batch>(stores.size());
    if (!accepted.isEmpty()) {
      var records = accepted.stream().map(AuditEventReader.Accepted::record).toList();
      stores.forEach(arn -> ready.add(batches.prepare(arn, records)));
    }
    call.write(
        output,
        tx -> {
          ready.forEach(batch -> batches.put(tx, batch));
          var before = tables.channelStatuses().get(tx, channel.arn());
          var last = accepted.isEmpty() ? null : accepted.getLast().eventId();
          tables
              .channelStatuses()
              .put(
                  tx,
                  channel.arn(),
                  new ChannelRecord.Status(
                      last != null ? call.time() : before == null ? null : before.succeeded(),
                      last != null ? last : before == null ? null : before.succeededId(),
                      failed.isEmpty() ? null : failed.getLast().errorCode(),
                      call.time(),
                      Objects.requireNonNullElse(last, call.eventId())));
        });
    ready.forEach(batches::added);
  }
}
