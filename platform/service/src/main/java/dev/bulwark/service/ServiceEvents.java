package dev.bulwark.service;

import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;

/**
 * The events of what services ask each other: of the caller in whose name they ask, invoked by the
 * service that asks.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html">CloudTrail
 *     userIdentity element</a>
 */
final class ServiceEvents {
  private ServiceEvents() {}

  /**
   * Appends the event, and another one where the resource is of another account.
   *
   * @return the id of the event in the record of the resource's account
   */
  static String append(EventStreams events, Caller caller, ServiceRequest request) {
    var account = caller.principal().accountId();
    var other = request.resourceAccount();
    boolean shared = other != null && !other.equals(account);
    var facts = facts(caller, Ids.requestId(), request, account, shared);
    var error = request.error();
    if (error != null) {
      events.appendLater(ApiCallEvents.failed(facts, request.input(), error, request.resources()));
      return facts.eventId();
    }
    events.appendLater(ApiCallEvents.served(facts, request));
    if (other == null || !shared) {
      return facts.eventId();
    }
    var theirs = facts.sharedWith(other, Ids.eventId());
    events.appendLater(ApiCallEvents.served(theirs, request));
    return theirs.eventId();
  }

  /** The event of what a service did for a call of its own, as a part of that. */
  static ApiCall part(Caller caller, String requestId, ServiceRequest request) {
    var account = caller.principal().accountId();
    return ApiCallEvents.served(facts(caller, requestId, request, account, false), request);
  }

  private static ApiCallEvents.Facts facts(
      Caller caller, String requestId, ServiceRequest request, String account, boolean shared) {
    var asking = caller.authentication();
    var via = asking.calledVia();
    return new ApiCallEvents.Facts(
        request.operation(),
        asking.request(),
        asking.principal(),
        asking.accessKeyId(),
        account,
        caller.region(),
        requestId,
        Ids.eventId(),
        caller.time(),
        request.operation().name(),
        request.readOnly(),
        false,
        false,
        ApiCallEvents.NO_DECISIONS,
        shared ? Ids.uuid() : null,
        via.isEmpty() ? null : via.getLast(),
        request.added());
  }
}
