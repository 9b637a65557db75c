package dev.bulwark.service;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.Principal;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceChange;
import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Structure;
import dev.bulwark.state.Store;
import dev.bulwark.state.WriteAction;
import dev.bulwark.state.WriteFunction;
import dev.bulwark.state.WriteTx;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.JsonText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One authenticated and authorized request, as a handler sees it: who calls, from where, when, and
 * the one transaction in which it may change something. Belongs to one request and one thread.
 */
public final class Call implements Caller {

  /** What the pipeline knows of a request before its handler runs. */
  record Facts(String region, String requestId, String eventId, Instant time) {}

  /** Makes the API-call events of a finished call: one for each account that it concerns. */
  interface Recorder {
    List<ApiCall> events(Call call, Structure output);
  }

  private final Operation<?, ?> operation;
  private Authentication authentication;
  private final Facts facts;
  private final Store store;
  private final EventStreams events;
  private final Authorization authorization;
  private final Recorder recorder;
  private final List<ResourceName> resources = new ArrayList<>(2);
  private @Nullable String accountId;
  private @Nullable String sharedAccountId;
  private @Nullable Object kept;
  private @Nullable Structure told;
  private @Nullable Consumer<JsonText> added;
  private boolean recorded;

  Call(
      Operation<?, ?> operation,
      Authentication authentication,
      Facts facts,
      Store store,
      EventStreams events,
      Authorization authorization,
      Recorder recorder) {
    this.operation = operation;
    this.authentication = authentication;
    this.facts = facts;
    this.store = store;
    this.events = events;
    this.authorization = authorization;
    this.recorder = recorder;
  }

  public Operation<?, ?> operation() {
    return operation;
  }

  /**
   * Says who calls, where the request carries no signature but a token that an identity provider
   * gave to somebody.
   */
  public void identify(Principal principal) {
    authentication = authentication.withPrincipal(principal);
  }

  /** Says who calls, where what the body holds is signed, and not the request. */
  public void identify(Authentication known) {
    authentication = known;
  }

  /** The access key that signed the request; null for an anonymous one. */
  public @Nullable String accessKeyId() {
    return authentication.accessKeyId();
  }

  /**
   * The account in which the call takes place: the caller's, unless {@link #inAccount} named
   * another.
   */
  public String accountId() {
    return accountId == null ? authentication.principal().accountId() : accountId;
  }

  /** The call touches resources of another account than the caller's; its event goes there too. */
  public void inAccount(String account) {
    accountId = account;
  }

  @Override
  public String region() {
    return facts.region();
  }

  /** {@code aws}; other partitions are not served. */
  public String partition() {
    return "aws";
  }

  public String requestId() {
    return facts.requestId();
  }

  /** The id of the API-call event that this call will leave. */
  public String eventId() {
    return facts.eventId();
  }

  /** How the caller was authenticated. */
  @Override
  public Authentication authentication() {
    return authentication;
  }

  /** When the request arrived, by the installation's clock. */
  @Override
  public Instant time() {
    return facts.time();
  }

  /** The HTTP request, for the few handlers that need what no model describes. */
  public HttpRequest http() {
    return authentication.request();
  }

  /**
   * Demands a permission beyond those of the operation's line in its table.
   *
   * @throws ApiException AWS's AccessDenied where the caller lacks it
   */
  @Override
  public void require(Permission permission) {
    authorization.require(authentication, permission);
  }

  @Override
  public Caller via(String servicePrincipal) {
    return new ForwardedCaller(
        authentication.via(servicePrincipal), region(), time(), authorization, events);
  }

  @Override
  public String record(ServiceRequest request) {
    return ServiceEvents.append(events, this, request);
  }

  /**
   * Leaves an event, in the transaction of this call and under its request id, of what its service
   * asks for it in a Region: at AWS a request of its own, in the caller's name.
   */
  public void record(WriteTx tx, String region, ServiceRequest request) {
    var service =
        new ForwardedCaller(
            authentication.via(operation.service().info().eventSource()),
            region,
            time(),
            authorization,
            events);
    events.append(tx, events.prepare(ServiceEvents.part(service, requestId(), request)));
  }

  /**
   * Keeps what the permissions of the operation had to look up, so that its handler need not look
   * again, and works on what was decided on. One thing at a time.
   */
  public void keep(Object found) {
    kept = found;
  }

  /** What was kept last; null where nothing was. */
  public @Nullable Object kept() {
    return kept;
  }

  /** Names a resource that the call concerns, for its event. */
  public void concerns(String type, String arnOrName) {
    var resource = new ResourceName(type, arnOrName);
    if (!resources.contains(resource)) {
      resources.add(resource);
    }
  }

  /** What the call's event tells in place of its output, where AWS tells something else. */
  public void tells(Structure responseElements) {
    told = responseElements;
  }

  /** Has the call's event tell something besides, as CloudTrail's additionalEventData. */
  public void adds(Consumer<JsonText> members) {
    added = added == null ? members : added.andThen(members);
  }

  @Nullable Consumer<JsonText> added() {
    return added;
  }

  Structure told(Structure output) {
    return told == null ? output : told;
  }

  /**
   * The call gave the caller something of another account's: beside the caller's account that one
   * has an event of it, too.
   */
  public void sharedWith(String account) {
    if (!account.equals(authentication.principal().accountId())) {
      sharedAccountId = account;
    }
  }

  @Nullable String sharedAccountId() {
    return sharedAccountId;
  }

  boolean inOtherAccount() {
    return accountId != null;
  }

  List<ResourceName> resources() {
    return resources;
  }

  /**
   * The transaction of a call that changes something: returns when the change is durable, and with
   * it the call's event, which therefore tells of this output. At most once a call.
   */
  public <O extends Structure, X extends Exception> O write(WriteFunction<O, X> change) throws X {
    if (recorded) {
      throw new IllegalStateException("a call writes in one transaction");
    }
    var output =
        store.write(
            tx -> {
              var result = change.apply(tx);
              recorder
                  .events(this, result)
                  .forEach(event -> events.append(tx, events.prepare(event)));
              return result;
            });
    recorded = true;
    return output;
  }

  /**
   * The same where the output does not depend on what the transaction finds: then the event is made
   * on the caller's thread, while others commit.
   */
  public <O extends Structure, X extends Exception> O write(O output, WriteAction<X> change)
      throws X {
    if (recorded) {
      throw new IllegalStateException("a call writes in one transaction");
    }
    var prepared = recorder.events(this, output).stream().map(events::prepare).toList();
    store.run(
        tx -> {
          change.apply(tx);
          prepared.forEach(event -> events.append(tx, event));
        });
    recorded = true;
    return output;
  }

  /** Tells the stream of resource changes, in the transaction of the change. */
  public void changed(WriteTx tx, ResourceChange change) {
    events.append(tx, change);
  }

  /**
   * Tells the stream of resource changes, in the transaction of the change, and names the resource
   * in the call's event.
   *
   * @param type for instance {@code AWS::IAM::User}
   * @param before the record as stored before, null where the resource is new
   * @param after the record as stored now, null where the resource is gone
   */
  public void changed(
      WriteTx tx,
      String type,
      String id,
      String arn,
      @Nullable Object before,
      @Nullable Object after) {
    concerns(type, arn);
    events.append(
        tx,
        new ResourceChange(
            eventId(),
            time(),
            accountId(),
            region(),
            type,
            id,
            arn,
            EventStreams.view(before),
            EventStreams.view(after)));
  }

  boolean recorded() {
    return recorded;
  }
}
