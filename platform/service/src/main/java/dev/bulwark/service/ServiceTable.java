package dev.bulwark.service;

import dev.bulwark.access.Principal;
import dev.bulwark.policy.Context;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.ServiceModel;
import dev.bulwark.schema.Structure;
import dev.bulwark.wire.CrossOriginRules;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one service: a line each, which says what the operation is authorized against
 * and who handles it. The stages of the builder make a line without authorization impossible to
 * write.
 *
 * <pre>{@code
 * ServiceTable.of(IamApi.MODEL)
 *     .on(IamApi.CREATE_USER).action("iam:CreateUser").resource((in, call) -> users.resource(in.userName())).handle(users::create)
 *     .build();
 * }</pre>
 */
public final class ServiceTable {

  /**
   * Does the work of an operation; throws {@link dev.bulwark.schema.ApiException} where it cannot.
   */
  @FunctionalInterface
  public interface Handler<I extends Structure, O extends Structure> {
    O handle(I input, Call call);
  }

  /**
   * One line of the table.
   *
   * @param actionName the action that the line declares; where it declares none, the one that is
   *     named like its events
   * @param eventInput the input as events tell it
   */
  public record Entry<I extends Structure, O extends Structure>(
      Operation<I, O> operation,
      BiFunction<I, Call, List<Permission>> permissions,
      Handler<I, O> handler,
      boolean readOnly,
      boolean outputInEvent,
      boolean dataEvent,
      String eventName,
      String actionName,
      UnaryOperator<I> eventInput) {

    @SuppressWarnings("unchecked") // it is what the operation's shape says, and that is I
    Structure asked(Structure input) {
      return eventInput.apply((I) input);
    }
  }

  private final ServiceModel model;
  private final Consumer<Principal> admission;
  private final CrossOriginRules crossOrigin;
  private final AnswerObserver observer;
  private final Map<Operation<?, ?>, Entry<?, ?>> entries;

  private ServiceTable(
      ServiceModel model,
      Consumer<Principal> admission,
      CrossOriginRules crossOrigin,
      AnswerObserver observer,
      Map<Operation<?, ?>, Entry<?, ?>> entries) {
    this.model = model;
    this.admission = admission;
    this.crossOrigin = crossOrigin;
    this.observer = observer;
    this.entries = entries;
  }

  /** An empty table for a service. */
  public static Builder of(ServiceModel model) {
    return new Builder(model);
  }

  public ServiceModel model() {
    return model;
  }

  /** The same table with further lines, for operations that another part of the house serves. */
  public ServiceTable with(Consumer<Builder> lines) {
    var builder =
        new Builder(model).admission(admission).crossOrigin(crossOrigin).observer(observer);
    entries.values().forEach(builder::add);
    lines.accept(builder);
    return builder.build();
  }

  /**
   * Refuses callers that the service does not serve at all, whatever they may be allowed.
   *
   * @throws dev.bulwark.schema.ApiException as the service says it
   */
  void admit(Principal caller) {
    admission.accept(caller);
  }

  /** What pages of other origins may do with the service's resources, where it lets owners say. */
  CrossOriginRules crossOrigin() {
    return crossOrigin;
  }

  /** Who learns of the service's requests once they are answered. */
  AnswerObserver observer() {
    return observer;
  }

  /** The line of an operation, or null where it is not built. */
  public @Nullable Entry<?, ?> find(Operation<?, ?> operation) {
    return entries.get(operation);
  }

  /** All lines. */
  public Collection<Entry<?, ?>> entries() {
    return entries.values();
  }

  /** Whether an operation of that name only reads, by AWS's conventions of naming. */
  static boolean readsByName(String operation) {
    return operation.startsWith("Get")
        || operation.startsWith("List")
        || operation.startsWith("Describe")
        || operation.startsWith("Head")
        || operation.startsWith("Lookup")
        || operation.startsWith("BatchGet")
        || operation.startsWith("Search")
        || operation.startsWith("Select")
        || operation.startsWith("Simulate")
        || operation.startsWith("Validate");
  }

  /** Collects the lines of a table. */
  public static final class Builder {
    private final ServiceModel model;
    private final Map<Operation<?, ?>, Entry<?, ?>> entries = new IdentityHashMap<>();
    private Consumer<Principal> admission = caller -> {};
    private CrossOriginRules crossOrigin = CrossOriginRules.NONE;
    private AnswerObserver observer = AnswerObserver.NONE;

    private Builder(ServiceModel model) {
      this.model = model;
    }

    /** Says whom the service does not serve at all: asked first, of every authenticated request. */
    public Builder admission(Consumer<Principal> check) {
      admission = check;
      return this;
    }

    /** Says what pages of other origins may do with the service's resources. */
    public Builder crossOrigin(CrossOriginRules rules) {
      crossOrigin = rules;
      return this;
    }

    /** Says who learns of the service's requests once they are answered. */
    public Builder observer(AnswerObserver learning) {
      observer = learning;
      return this;
    }

    /** Begins the line of an operation. */
    public <I extends Structure, O extends Structure> Authorization<I, O> on(
        Operation<I, O> operation) {
      if (operation.service() != model) {
        throw new IllegalArgumentException(operation + " is not of " + model.info().id());
      }
      return new Authorization<>(this, operation);
    }

    /** The table. */
    public ServiceTable build() {
      return new ServiceTable(model, admission, crossOrigin, observer, entries);
    }

    private void add(Entry<?, ?> entry) {
      if (entries.put(entry.operation(), entry) != null) {
        throw new IllegalStateException(entry.operation() + " stands in the table twice");
      }
    }
  }

  /** The stage that asks what the operation is authorized against. */
  public static final class Authorization<I extends Structure, O extends Structure> {
    private final Builder builder;
    private final Operation<I, O> operation;

    private Authorization(Builder builder, Operation<I, O> operation) {
      this.builder = builder;
      this.operation = operation;
    }

    /** Authorized as that action, against what {@link Target#resource} says. */
    public Target<I, O> action(String action) {
      return new Target<>(builder, operation, action);
    }

    /**
     * Authorized as several actions, or as one that depends on the input. An empty list denies
     * nothing: use it with a reason.
     */
    public Line<I, O> permissions(BiFunction<I, Call, List<Permission>> permissions) {
      return new Line<>(builder, operation, null, permissions);
    }

    /**
     * Open to every authenticated caller, whatever its policies say.
     *
     * @param reason where AWS documents it
     */
    @SuppressWarnings("unused")
    public Line<I, O> open(String reason) {
      return new Line<>(builder, operation, null, (input, call) -> List.of());
    }
  }

  /** The stage that asks for the resource. */
  public static final class Target<I extends Structure, O extends Structure> {
    private final Builder builder;
    private final Operation<I, O> operation;
    private final String action;

    private Target(Builder builder, Operation<I, O> operation, String action) {
      this.builder = builder;
      this.operation = operation;
      this.action = action;
    }

    /** Against the resource that the input names. */
    public Line<I, O> resource(BiFunction<I, Call, Resource> resource) {
      return new Line<>(
          builder,
          operation,
          action,
          (input, call) -> List.of(Permission.of(action, resource.apply(input, call))));
    }

    /** Against the resource that the input names, under condition keys of the service's own. */
    public Line<I, O> resource(
        BiFunction<I, Call, Resource> resource, BiFunction<I, Call, Context> keys) {
      return new Line<>(
          builder,
          operation,
          action,
          (input, call) ->
              List.of(
                  new Permission(action, resource.apply(input, call), keys.apply(input, call))));
    }

    /** Against {@code *}: the action knows no resources. */
    public Line<I, O> anyResource() {
      return resource((input, call) -> Resource.ANY);
    }
  }

  /** The stage that asks for the handler. */
  public static final class Line<I extends Structure, O extends Structure> {
    private final Builder builder;
    private final Operation<I, O> operation;
    private final @Nullable String action;
    private BiFunction<I, Call, List<Permission>> permissions;
    private boolean readOnly;
    private boolean outputInEvent;
    private boolean dataEvent;
    private String eventName;
    private UnaryOperator<I> eventInput = UnaryOperator.identity();

    private Line(
        Builder builder,
        Operation<I, O> operation,
        @Nullable String action,
        BiFunction<I, Call, List<Permission>> permissions) {
      this.builder = builder;
      this.operation = operation;
      this.action = action;
      this.permissions = permissions;
      this.readOnly = readsByName(operation.name());
      this.outputInEvent = !readOnly;
      this.eventName = operation.name();
    }

    /**
     * The input names roles that a service is to assume, so that the caller has to be allowed to
     * pass them.
     *
     * @param service that will assume them, for instance {@code events.amazonaws.com}
     * @param roles their ARNs, with null where the input names none
     */
    public Line<I, O> passing(String service, Function<I, @Nullable String[]> roles) {
      var own = permissions;
      permissions =
          (input, call) ->
              Stream.of(
                      own.apply(input, call), PassedRoles.permissions(service, roles.apply(input)))
                  .flatMap(List::stream)
                  .toList();
      return this;
    }

    /** Says whether the operation only reads, where its name does not tell. */
    public Line<I, O> readOnly(boolean value) {
      readOnly = value;
      outputInEvent = !value;
      return this;
    }

    /**
     * Its events hold the output although it only reads, as those of operations that hand out
     * credentials do.
     */
    public Line<I, O> outputInEvent() {
      outputInEvent = true;
      return this;
    }

    /**
     * Its events are data events: operations on the data inside a resource, which LookupEvents does
     * not show.
     */
    public Line<I, O> dataEvent() {
      dataEvent = true;
      return this;
    }

    /** Its name in API-call events, where that differs from the operation's. */
    public Line<I, O> eventName(String name) {
      eventName = name;
      return this;
    }

    /** What its events tell in place of the input: with what was left out, say. */
    public Line<I, O> eventInput(UnaryOperator<I> view) {
      eventInput = view;
      return this;
    }

    /** Ends the line. */
    public Builder handle(Handler<I, O> handler) {
      builder.add(
          new Entry<>(
              operation,
              permissions,
              handler,
              readOnly,
              outputInEvent,
              dataEvent,
              eventName,
              action != null ? action : operation.service().info().actionPrefix() + ":" + eventName,
              eventInput));
      return builder;
    }
  }
}
