package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.CloudTrailApi;
import dev.bulwark.events.EventStreams;
import dev.bulwark.service.Service;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.state.Sealer;

/** AWS CloudTrail: the table of its operations. */
public final class CloudTrailService implements Service {
  private final ServiceTable table;

  /**
   * The service.
   *
   * @param sealer makes paging tokens that nobody else can make
   */
  public CloudTrailService(EventStreams streams, Sealer sealer) {
    var history = new EventHistory(streams, new PageTokens(sealer));
    table =
        ServiceTable.of(CloudTrailApi.MODEL)
            .on(CloudTrailApi.LOOKUP_EVENTS)
            .action("cloudtrail:LookupEvents")
            .anyResource()
            .handle(history::lookup)
            .build();
  }

  @Override
  public ServiceTable table() {
    return table;
  }
}
