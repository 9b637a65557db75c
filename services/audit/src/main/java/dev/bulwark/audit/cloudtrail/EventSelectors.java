package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtrail.AdvancedEventSelector;
import dev.bulwark.api.cloudtrail.AdvancedFieldSelector;
import dev.bulwark.api.cloudtrail.DataResource;
import dev.bulwark.api.cloudtrail.EventSelector;
import dev.bulwark.api.cloudtrail.GetEventSelectorsRequest;
import dev.bulwark.api.cloudtrail.GetEventSelectorsResponse;
import dev.bulwark.api.cloudtrail.PutEventSelectorsRequest;
import dev.bulwark.api.cloudtrail.PutEventSelectorsResponse;
import dev.bulwark.audit.cloudtrail.TrailRecord.AdvancedSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.BasicSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.DataSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.FieldCondition;
import dev.bulwark.audit.cloudtrail.TrailRecord.Operator;
import dev.bulwark.service.Call;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The selectors of trails: shown and replaced. */
final class EventSelectors {
  private static final BasicSelector DEFAULT = new BasicSelector("All", true, List.of(), List.of());

  private final TrailTables tables;
  private final TrailFinder finder;

  EventSelectors(TrailTables tables, TrailFinder finder) {
    this.tables = tables;
    this.finder = finder;
  }

  PutEventSelectorsResponse put(PutEventSelectorsRequest in, Call call) {
    var basic = basic(in.eventSelectors());
    var advanced = advanced(in.advancedEventSelectors());
    SelectorRules.check(basic, advanced);
    return call.write(
        tx -> {
          var trail = finder.requireOwn(tx, in.trailName(), call);
          tables.put(tx, call, trail, trail.withSelectors(basic, advanced));
          return new PutEventSelectorsResponse(
              trail.arn(), basic.isEmpty() ? null : view(basic), views(advanced));
        });
  }

  GetEventSelectorsResponse get(GetEventSelectorsRequest in, Call call) {
    var trail = tables.store().read(tx -> finder.require(tx, in.trailName(), call));
    if (!trail.advancedSelectors().isEmpty()) {
      return new GetEventSelectorsResponse(trail.arn(), null, views(trail.advancedSelectors()));
    }
    var basic = trail.basicSelectors().isEmpty() ? List.of(DEFAULT) : trail.basicSelectors();
    return new GetEventSelectorsResponse(trail.arn(), view(basic), null);
  }

  private static List<BasicSelector> basic(@Nullable List<EventSelector> given) {
    return given == null
        ? List.of()
        : given.stream()
            .map(
                in ->
                    new BasicSelector(
                        in.readWriteType() == null ? "All" : in.readWriteType(),
                        in.includeManagementEvents() == null || in.includeManagementEvents(),
                        resources(in.dataResources()),
                        orEmpty(in.excludeManagementEventSources())))
            .toList();
  }

  private static List<DataSelector> resources(@Nullable List<DataResource> given) {
    return given == null
        ? List.of()
        : given.stream()
            .map(in -> new DataSelector(in.type() == null ? "" : in.type(), orEmpty(in.values())))
            .toList();
  }

  static List<AdvancedSelector> advanced(@Nullable List<AdvancedEventSelector> given) {
    return given == null
        ? List.of()
        : given.stream()
            .map(
                in ->
                    new AdvancedSelector(
                        in.name(),
                        in.fieldSelectors().stream()
                            .flatMap(field -> conditions(field).stream())
                            .toList()))
            .toList();
  }

  private static List<FieldCondition> conditions(AdvancedFieldSelector in) {
    var conditions = new ArrayList<FieldCondition>(1);
    for (var operator : Operator.values()) {
      var values = values(in, operator);
      if (values != null) {
        conditions.add(new FieldCondition(in.field(), operator, values));
      }
    }
    if (conditions.isEmpty()) {
      throw CloudTrailErrors.invalidSelectors(
          "The field selector for " + in.field() + " has no operator.");
    }
    return conditions;
  }

  private static @Nullable List<String> values(AdvancedFieldSelector in, Operator operator) {
    return switch (operator) {
      case EQUALS -> in.equals();
      case STARTS_WITH -> in.startsWith();
      case ENDS_WITH -> in.endsWith();
      case NOT_EQUALS -> in.notEquals();
      case NOT_STARTS_WITH -> in.notStartsWith();
      case NOT_ENDS_WITH -> in.notEndsWith();
    };
  }

  private static List<String> orEmpty(@Nullable List<String> given) {
    return given == null ? List.of() : given;
  }

  private static List<EventSelector> view(List<BasicSelector> selectors) {
    return selectors.stream()
        .map(
            in ->
                new EventSelector(
                    in.readWriteType(),
                    in.management(),
                    in.dataResources().stream()
                        .map(data -> new DataResource(data.type(), data.values()))
                        .toList(),
                    in.excludedSources()))
        .toList();
  }

  static @Nullable List<AdvancedEventSelector> views(List<AdvancedSelector> selectors) {
    return selectors.isEmpty()
        ? null
        : selectors.stream()
            .map(in -> new AdvancedEventSelector(in.name(), fields(in.conditions())))
            .toList();
  }

  private static List<AdvancedFieldSelector> fields(List<FieldCondition> conditions) {
    return conditions.stream()
        .map(FieldCondition::field)
        .distinct()
        .map(
            field ->
                AdvancedFieldSelector.builder()
                    .field(field)
                    .equals(find(conditions, field, Operator.EQUALS))
                    .startsWith(find(conditions, field, Operator.STARTS_WITH))
                    .endsWith(find(conditions, field, Operator.ENDS_WITH))
                    .notEquals(find(conditions, field, Operator.NOT_EQUALS))
                    .notStartsWith(find(conditions, field, Operator.NOT_STARTS_WITH))
                    .notEndsWith(find(conditions, field, Operator.NOT_ENDS_WITH))
                    .build())
        .toList();
  }

  private static @Nullable List<String> find(
      List<FieldCondition> conditions, String field, Operator operator) {
    return conditions.stream()
        .filter(found -> found.field().equals(field) && found.operator() == operator)
        .map(FieldCondition::values)
        .findFirst()
        .orElse(null);
  }
}
