package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CancelKeyDeletionResponse;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceChange;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.state.WriteTx;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads keys for handlers, and changes them: one row, one event, one transaction. */
final class KeyStore {
  static final String TYPE = "AWS::KMS::Key";

  private final KmsTables tables;
  private final KeyFinder finder;

  KeyStore(KmsTables tables, KeyFinder finder) {
    this.tables = tables;
    this.finder = finder;
  }

  KmsTables tables() {
    return tables;
  }

  KeyFinder finder() {
    return finder;
  }

  /** The key that a call names by id or ARN, noted for its event. */
  KeyRecord byId(String name, Call call) {
    var key = noted(finder.byId(name, call).present(), call).record();
    if (call.operation().output().members().isEmpty()) {
      tell(call, key.arn());
    }
    return key;
  }

  /** Has the event of a call that answers nothing tell the key that it was about, as AWS's does. */
  static void tell(Call call, String keyArn) {
    call.tells(told(keyArn));
  }

  /** What events tell of operations that answer nothing. */
  static Structure told(String keyArn) {
    return CancelKeyDeletionResponse.builder().keyId(keyArn).build();
  }

  /** The key that a call names, also by an alias, noted for its event. */
  KeyRecord byName(String name, Caller caller) {
    return find(name, caller).record();
  }

  /** The same, with what is at hand of it. */
  KeyFinder.Found find(String name, Caller caller) {
    return noted(finder.byName(name, caller).present(), caller);
  }

  /** Where the key is another account's, that one's record tells of the call, too. */
  static KeyFinder.Found noted(KeyFinder.Found key, Caller caller) {
    if (caller instanceof Call call) {
      call.concerns(TYPE, key.arn());
      call.sharedWith(key.record().accountId());
    }
    return key;
  }

  /** Changes the key that a call names. */
  Unit change(String name, Call call, UnaryOperator<KeyRecord> change) {
    return change(name, call, change, after -> Unit.UNIT);
  }

  /** Changes the key that a call names, and answers from what became of it. */
  <O extends Structure> O change(
      String name, Call call, UnaryOperator<KeyRecord> change, Function<KeyRecord, O> answer) {
    var identity = byId(name, call).identity();
    return call.write(tx -> answer.apply(change(tx, identity, call, change)));
  }

  /** Changes a key within a transaction, as it is there. */
  KeyRecord change(WriteTx tx, KeyIdentity identity, Call call, UnaryOperator<KeyRecord> change) {
    var before = require(tx, identity, call);
    KeyStates.requireCustomerManaged(before);
    var after = change.apply(before);
    put(tx, call, before, after);
    return after;
  }

  /**
   * A key as it is in the transaction.
   *
   * @throws dev.bulwark.schema.ApiException NotFoundException
   */
  KeyRecord require(WriteTx tx, KeyIdentity identity, Call call) {
    var key = tables.keys.get(tx, KmsTables.key(identity));
    if (key == null || key.isGone(call.time())) {
      throw KmsErrors.noSuchKey(identity.arn());
    }
    return key;
  }

  /** Refuses a new key where its account has as many in its Region as it may. */
  void requireRoom(WriteTx tx, KeyIdentity key, KmsQuotas quotas) {
    if (tables.counts.get(tx, KmsCounts.keysOf(key)) >= quotas.keys()) {
      throw KmsErrors.limit(
          "Key quota for this account in this region is %d.".formatted(quotas.keys()));
    }
  }

  /**
   * Writes a key and tells of the change; one that was not there before counts. The call's event
   * names keys of its own Region.
   */
  void put(WriteTx tx, Call call, @Nullable KeyRecord before, KeyRecord after) {
    if (before == null) {
      tables.counts.add(tx, KmsCounts.keysOf(after.identity()), 1);
    }
    tables.keys.put(tx, KmsTables.key(after.identity()), after);
    if (after.region().equals(call.region())) {
      call.concerns(TYPE, after.arn());
    }
    call.changed(
        tx,
        new ResourceChange(
            call.eventId(),
            call.time(),
            after.accountId(),
            after.region(),
            TYPE,
            after.keyId(),
            after.arn(),
            EventStreams.view(before),
            EventStreams.view(after)));
  }
}
