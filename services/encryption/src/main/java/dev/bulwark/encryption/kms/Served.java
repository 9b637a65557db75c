package dev.bulwark.encryption.kms;

import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.Caller;
import dev.bulwark.service.ServiceRequest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What another service was served, and with which key. Each such request leaves an event as if the
 * service had called the API, whatever came of it.
 */
record Served<T>(KeyRecord key, T value, @Nullable String materialId) {

  /** The same without a material to tell of. */
  Served(KeyRecord key, T value) {
    this(key, value, null);
  }

  /**
   * Does the work, and leaves the event.
   *
   * @param uses where the use of the key is noted; null where it is none
   */
  static <T> T by(
      @Nullable KeyUses uses,
      Caller caller,
      Operation<?, ?> operation,
      Structure input,
      Supplier<Served<T>> work) {
    return by(uses, caller, operation, input, true, work);
  }

  /** The same of work that changes something, and is no use of the key. */
  static <T> T changing(
      Caller caller, Operation<?, ?> operation, Structure input, Supplier<Served<T>> work) {
    return by(null, caller, operation, input, false, work);
  }

  private static <T> T by(
      @Nullable KeyUses uses,
      Caller caller,
      Operation<?, ?> operation,
      Structure input,
      boolean readOnly,
      Supplier<Served<T>> work) {
    try {
      var served = work.get();
      var key = served.key();
      var resources = List.of(new ResourceName(KeyStore.TYPE, key.arn()));
      var event =
          caller.record(
              new ServiceRequest(
                  operation,
                  input,
                  readOnly,
                  resources,
                  key.accountId(),
                  null,
                  null,
                  EventDetails.of(key, served.materialId())));
      if (uses != null) {
        uses.note(key.arn(), operation.name(), caller.time(), event);
      }
      return served.value();
    } catch (ApiException e) {
      caller.record(new ServiceRequest(operation, input, readOnly, List.of(), null, e));
      throw e;
    }
  }
}
