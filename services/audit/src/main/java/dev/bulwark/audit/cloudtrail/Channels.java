package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.Channel;
import dev.bulwark.api.cloudtrail.CreateChannelRequest;
import dev.bulwark.api.cloudtrail.CreateChannelResponse;
import dev.bulwark.api.cloudtrail.DeleteChannelRequest;
import dev.bulwark.api.cloudtrail.DeleteChannelResponse;
import dev.bulwark.api.cloudtrail.Destination;
import dev.bulwark.api.cloudtrail.GetChannelRequest;
import dev.bulwark.api.cloudtrail.GetChannelResponse;
import dev.bulwark.api.cloudtrail.IngestionStatus;
import dev.bulwark.api.cloudtrail.ListChannelsRequest;
import dev.bulwark.api.cloudtrail.ListChannelsResponse;
import dev.bulwark.api.cloudtrail.UpdateChannelRequest;
import dev.bulwark.api.cloudtrail.UpdateChannelResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Channels: made, changed, deleted and shown.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store-integration.html">Integrations
 *     with event sources outside of AWS</a>
 */
final class Channels {
  /** AWS's quota of an account in a Region. */
  private static final int MOST = 25;

  private static final int MOST_LISTED = 1000;
  private static final String CUSTOM = "Custom";
  private static final String TO_STORE = "EVENT_DATA_STORE";
  private static final Set<String> PARTNERS =
      Set.of(
          "Cloud Storage Security",
          "Clumio",
          "CrowdStrike",
          "CyberArk",
          "GitHub",
          "Kong Inc",
          "LaunchDarkly",
          "MontyCloud",
          "Netskope",
          "Nordcloud",
          "Okta",
          "One Identity",
          "Shoreline.io",
          "Snyk",
          "Wiz");

  private final LakeTables tables;
  private final ChannelFinder finder;
  private final EventDataStoreFinder stores;
  private final PageTokens tokens;

  Channels(
      LakeTables tables, ChannelFinder finder, EventDataStoreFinder stores, PageTokens tokens) {
    this.tables = tables;
    this.finder = finder;
    this.stores = stores;
    this.tokens = tokens;
  }

  CreateChannelResponse create(CreateChannelRequest in, Call call) {
    if (!in.source().equals(CUSTOM) && !PARTNERS.contains(in.source())) {
      throw LakeErrors.invalidSource(in.source());
    }
    var tags = TrailTags.of(in.tags());
    var id = Ids.uuid();
    return call.write(
        tx -> {
          var channel =
              new ChannelRecord(
                  call.accountId(),
                  call.region(),
                  id,
                  in.name(),
                  in.source(),
                  destinations(tx, in.destinations(), call),
                  tags);
          requireNew(tx, channel);
          tables.put(tx, call, null, channel);
          return CreateChannelResponse.builder()
              .channelArn(channel.arn())
              .name(channel.name())
              .source(channel.source())
              .destinations(shown(channel))
              .tags(in.tags())
              .build();
        });
  }

  /** One channel alone may have a name, and a partner's source. */
  private void requireNew(ReadTx tx, ChannelRecord channel) {
    var others =
        tables.channelsOf(tx, channel.accountId(), channel.region()).stream()
            .filter(other -> !other.id().equals(channel.id()))
            .toList();
    for (var other : others) {
      if (other.name().equals(channel.name())
          || (!channel.source().equals(CUSTOM) && other.source().equals(channel.source()))) {
        throw LakeErrors.channelExists(channel.name());
      }
    }
    if (others.size() >= MOST) {
      throw LakeErrors.tooManyChannels(MOST);
    }
  }

  private List<String> destinations(ReadTx tx, List<Destination> given, Call call) {
    var arns = new ArrayList<String>(given.size());
    for (var destination : given) {
      if (!destination.type().equals(TO_STORE)) {
        throw LakeErrors.parameter(
            "The destination type must be EVENT_DATA_STORE: channels of services are made by"
                + " them.");
      }
      var store = stores.requireActive(tx, destination.location(), call);
      if (!store.isForChannels()) {
        throw LakeErrors.storeCategory(store.arn());
      }
      if (!arns.contains(store.arn())) {
        arns.add(store.arn());
      }
    }
    return arns;
  }

  private static List<Destination> shown(ChannelRecord channel) {
    return channel.destinations().stream().map(arn -> new Destination(TO_STORE, arn)).toList();
  }

  GetChannelResponse get(GetChannelRequest in, Call call) {
    var channel = tables.store().read(tx -> finder.require(tx, in.channel(), call));
    return GetChannelResponse.builder()
        .channelArn(channel.arn())
        .name(channel.name())
        .source(channel.source())
        .destinations(shown(channel))
        .ingestionStatus(status(tables.channelStatuses().get(channel.arn())))
        .build();
  }

  private static @Nullable IngestionStatus status(ChannelRecord.@Nullable Status status) {
    return status == null
        ? null
        : IngestionStatus.builder()
            .latestIngestionSuccessTime(status.succeeded())
            .latestIngestionSuccessEventID(status.succeededId())
            .latestIngestionErrorCode(status.error())
            .latestIngestionAttemptTime(status.attempted())
            .latestIngestionAttemptEventID(status.attemptedId())
            .build();
  }

  ListChannelsResponse list(ListChannelsRequest in, Call call) {
    var query = Key.of("ListChannels", call.accountId(), call.region());
    var after = tokens.read(in.nextToken(), query);
    int most = in.maxResults() == null ? MOST_LISTED : in.maxResults();
    var all =
        tables.store().read(tx -> tables.channelsOf(tx, call.accountId(), call.region())).stream()
            .filter(channel -> after == null || channel.id().compareTo(after) > 0)
            .toList();
    var page = all.subList(0, Math.min(most, all.size()));
    var next = page.size() < all.size() ? page.getLast().id() : null;
    return new ListChannelsResponse(
        page.stream().map(channel -> new Channel(channel.arn(), channel.name())).toList(),
        tokens.write(next, query));
  }

  UpdateChannelResponse update(UpdateChannelRequest in, Call call) {
    return call.write(
        tx -> {
          var before = finder.require(tx, in.channel(), call);
          var after =
              before.with(
                  in.name() == null ? before.name() : in.name(),
                  in.destinations() == null
                      ? before.destinations()
                      : destinations(tx, in.destinations(), call));
          requireNew(tx, after);
          tables.put(tx, call, before, after);
          return new UpdateChannelResponse(after.arn(), after.name(), after.source(), shown(after));
        });
  }

  DeleteChannelResponse delete(DeleteChannelRequest in, Call call) {
    return call.write(
        tx -> {
          var channel = finder.require(tx, in.channel(), call);
          tables.channels().delete(tx, channel.arn());
          tables.channelStatuses().delete(tx, channel.arn());
          tables.policies().delete(tx, channel.arn());
          call.concerns(ChannelRecord.TYPE, channel.arn());
          call.changed(tx, ChannelRecord.TYPE, channel.id(), channel.arn(), channel, null);
          return new DeleteChannelResponse();
        });
  }
}
