package dev.bulwark.audit.cloudtrail;

import dev.bulwark.audit.cloudtrail.TrailRecord.AdvancedSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.BasicSelector;
import dev.bulwark.audit.cloudtrail.TrailRecord.FieldCondition;
import dev.bulwark.audit.cloudtrail.TrailRecord.Operator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What CloudTrail asks of selectors.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html">AdvancedFieldSelector</a>
 */
final class SelectorRules {
  private static final int MOST_SELECTORS = 5;
  private static final int MOST_VALUES = 250;
  private static final int MOST_ADVANCED_VALUES = 500;
  private static final int LONGEST_VALUE = 2048;
  private static final Set<String> READ_WRITE_TYPES = Set.of("All", "ReadOnly", "WriteOnly");
  private static final Set<String> EXCLUDABLE =
      Set.of("kms.amazonaws.com", "rdsdata.amazonaws.com");
  private static final Set<String> MANAGEMENT_FIELDS =
      Set.of(
          "eventCategory",
          "eventSource",
          "eventName",
          "eventType",
          "readOnly",
          "sessionCredentialFromConsole",
          "userIdentity.arn");
  private static final Set<String> DATA_FIELDS =
      Set.of(
          "eventCategory",
          "eventName",
          "eventSource",
          "eventType",
          "readOnly",
          "resources.type",
          "resources.ARN",
          "sessionCredentialFromConsole",
          "userIdentity.arn");
  private static final Set<String> EQUALS_ONLY =
      Set.of("readOnly", "eventCategory", "resources.type");

  private SelectorRules() {}

  /**
   * @throws dev.bulwark.schema.ApiException InvalidEventSelectorsException
   */
  static void check(List<BasicSelector> basic, List<AdvancedSelector> advanced) {
    if (!basic.isEmpty() && !advanced.isEmpty()) {
      throw CloudTrailErrors.selectorsOfBothKinds();
    }
    if (basic.isEmpty() && advanced.isEmpty() || basic.size() > MOST_SELECTORS) {
      throw CloudTrailErrors.tooManySelectors();
    }
    basic.forEach(SelectorRules::check);
    if (basic.stream()
            .flatMap(selector -> selector.dataResources().stream())
            .mapToInt(data -> data.values().size())
            .sum()
        > MOST_VALUES) {
      throw CloudTrailErrors.tooManyDataValues();
    }
    advanced.forEach(SelectorRules::check);
    if (advanced.stream()
            .flatMap(selector -> selector.conditions().stream())
            .mapToInt(condition -> condition.values().size())
            .sum()
        > MOST_ADVANCED_VALUES) {
      throw CloudTrailErrors.invalidSelectors(
          "A trail can have 500 values for all conditions and advanced event selectors at the most.");
    }
  }

  private static void check(BasicSelector selector) {
    if (!READ_WRITE_TYPES.contains(selector.readWriteType())) {
      throw CloudTrailErrors.invalidSelectors(
          "Value " + selector.readWriteType() + " for ReadWriteType is invalid.");
    }
    if (!selector.management() && selector.dataResources().isEmpty()) {
      throw CloudTrailErrors.noDataResources();
    }
    for (var source : selector.excludedSources()) {
      if (!EXCLUDABLE.contains(source)) {
        throw CloudTrailErrors.invalidSelectors(
            "Value " + source + " for ExcludeManagementEventSources is invalid.");
      }
    }
    for (var data : selector.dataResources()) {
      var prefix =
          switch (data.type()) {
            case "AWS::S3::Object" -> "arn:aws:s3";
            case "AWS::Lambda::Function" -> "arn:aws:lambda";
            case "AWS::DynamoDB::Table" -> "arn:aws:dynamodb";
            default -> throw CloudTrailErrors.invalidDataType(data.type());
          };
      for (var value : data.values()) {
        if (!isDataValue(value, prefix)) {
          throw CloudTrailErrors.invalidDataValue(value);
        }
      }
    }
  }

  /** All of a service, or a resource: of S3 a bucket with a slash, and what keys begin with. */
  private static boolean isDataValue(String value, String prefix) {
    if (value.length() > LONGEST_VALUE || value.indexOf('*') >= 0 || !value.startsWith(prefix)) {
      return false;
    }
    if (!prefix.equals("arn:aws:s3")) {
      return true;
    }
    var rest = value.substring(prefix.length());
    return rest.isEmpty()
        || rest.equals(":::")
        || (rest.startsWith(":::") && rest.indexOf('/') > ":::".length());
  }

  private static void check(AdvancedSelector selector) {
    var category = category(selector);
    var fields = category.equals("Data") ? DATA_FIELDS : MANAGEMENT_FIELDS;
    var seen = new HashSet<FieldCondition>();
    for (var condition : selector.conditions()) {
      check(condition, fields, category);
      if (!seen.add(new FieldCondition(condition.field(), condition.operator(), List.of()))) {
        throw CloudTrailErrors.invalidSelectors(
            "The field " + condition.field() + " is selected by twice.");
      }
    }
    if (category.equals("Data")
        && selector.conditions().stream()
            .noneMatch(condition -> condition.field().equals("resources.type"))) {
      throw CloudTrailErrors.invalidSelectors(
          "Advanced event selectors for data events must have resources.type with Equals.");
    }
  }

  private static String category(AdvancedSelector selector) {
    for (var condition : selector.conditions()) {
      if (condition.field().equals("eventCategory")
          && condition.operator() == Operator.EQUALS
          && condition.values().size() == 1
          && (condition.values().contains("Data") || condition.values().contains("Management"))) {
        return condition.values().getFirst();
      }
    }
    throw CloudTrailErrors.invalidSelectors(
        "Advanced event selectors must have eventCategory with Equals, and one value: Management or Data.");
  }

  private static void check(FieldCondition condition, Set<String> fields, String category) {
    var field = condition.field();
    if (!fields.contains(field)) {
      throw CloudTrailErrors.invalidSelectors(
          "Field " + field + " is invalid for events of the category " + category + ".");
    }
    if (EQUALS_ONLY.contains(field) && condition.operator() != Operator.EQUALS) {
      throw CloudTrailErrors.invalidSelectors("Field " + field + " takes Equals alone.");
    }
    if ((field.equals("readOnly") || field.equals("resources.type"))
        && condition.values().size() != 1) {
      throw CloudTrailErrors.invalidSelectors("Field " + field + " takes one value.");
    }
    if (field.equals("readOnly")
        && !Set.of("true", "false").contains(condition.values().getFirst())) {
      throw CloudTrailErrors.invalidSelectors("Field readOnly is true or false.");
    }
    for (var value : condition.values()) {
      if (value.isEmpty() || value.length() > LONGEST_VALUE) {
        throw CloudTrailErrors.invalidSelectors("A value of " + field + " is empty or too long.");
      }
    }
  }
}
