package dev.bulwark.audit.cloudtrail;

import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The tags of event data stores and channels. */
final class LakeTags {
  private final LakeTables tables;
  private final EventDataStoreFinder stores;
  private final ChannelFinder channels;

  LakeTags(LakeTables tables, EventDataStoreFinder stores, ChannelFinder channels) {
    this.tables = tables;
    this.stores = stores;
    this.channels = channels;
  }

  /** Whether an ARN is of something whose tags are here. */
  static boolean knows(String arn) {
    return arn.startsWith("arn:")
        && (arn.contains(":eventdatastore/") || arn.contains(":channel/"));
  }

  Resource resource(String arn, Call call) {
    return ChannelFinder.isArn(arn) ? channels.resource(arn) : stores.resource(arn, call);
  }

  Map<String, String> tags(ReadTx tx, String arn, Call call) {
    return ChannelFinder.isArn(arn)
        ? channels.require(tx, arn, call).tags()
        : stores.requireActive(tx, arn, call).tags();
  }

  void change(WriteTx tx, String arn, UnaryOperator<Map<String, String>> change, Call call) {
    if (ChannelFinder.isArn(arn)) {
      var channel = channels.require(tx, arn, call);
      tables.put(tx, call, channel, channel.withTags(change.apply(channel.tags())));
    } else {
      var store = stores.requireActive(tx, arn, call);
      tables.put(tx, call, store, store.withTags(change.apply(store.tags())));
    }
  }
}
