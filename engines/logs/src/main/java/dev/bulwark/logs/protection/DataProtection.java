package dev.bulwark.logs.protection;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A data protection policy: finds sensitive data in messages, and replaces it by asterisks.
 * Immutable.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-data-protection-policies.html">Understanding
 *     data protection policies</a>
 */
public final class DataProtection {
  private static final String ARN = "arn:aws:dataprotection::aws:data-identifier/";
  private static final String VERSION = "2021-06-01";
  private static final int MOST_CUSTOM = 10;
  private static final int LONGEST_EXPRESSION = 200;
  private static final Pattern CUSTOM_NAME = Pattern.compile("[A-Za-z0-9_-]{1,128}");

  private final List<DataIdentifier> identifiers;

  private DataProtection(List<DataIdentifier> identifiers) {
    this.identifiers = List.copyOf(identifiers);
  }

  /**
   * The policy of a document.
   *
   * @throws InvalidProtectionException where it is none
   */
  public static DataProtection parse(String document) throws InvalidProtectionException {
    JsonNode json;
    try {
      json = JsonMapper.shared().readTree(document);
    } catch (JacksonException e) {
      throw new InvalidProtectionException("The policy is not valid JSON.");
    }
    if (json.path("Name").asString("").isEmpty()) {
      throw new InvalidProtectionException("The policy has no Name.");
    }
    if (!json.path("Version").asString("").equals(VERSION)) {
      throw new InvalidProtectionException("The Version of the policy has to be " + VERSION + ".");
    }
    var custom = custom(json.path("Configuration").path("CustomDataIdentifier"));
    var names = names(json.path("Statement"));
    var found = new ArrayList<DataIdentifier>();
    for (var name : names) {
      found.add(identifier(name, custom));
    }
    return new DataProtection(found);
  }

  /** What both statements name: one looks for it, the other masks it. */
  private static Set<String> names(JsonNode statements) throws InvalidProtectionException {
    Set<String> audited = Set.of();
    Set<String> masked = Set.of();
    for (var statement : statements) {
      var names = new LinkedHashSet<String>();
      statement.path("DataIdentifier").forEach(name -> names.add(name.asString("")));
      var operation = statement.path("Operation");
      if (operation.has("Audit")) {
        audited = names;
        requireNoFindings(operation.path("Audit").path("FindingsDestination"));
      } else if (operation.path("Deidentify").path("MaskConfig").isObject()) {
        masked = names;
      } else {
        throw new InvalidProtectionException(
            "Each statement needs an Operation, which is Audit, or Deidentify with MaskConfig.");
      }
    }
    if (statements.size() != 2 || audited.isEmpty() || !audited.equals(masked)) {
      throw new InvalidProtectionException(
          "The policy needs a statement with Audit and one with Deidentify, of the same DataIdentifier.");
    }
    return masked;
  }

  private static void requireNoFindings(JsonNode destination) throws InvalidProtectionException {
    if (!destination.isObject()) {
      throw new InvalidProtectionException("Audit needs a FindingsDestination.");
    }
    if (!destination.isEmpty()) {
      throw new InvalidProtectionException(
          "Bulwark sends no findings anywhere: FindingsDestination has to be empty.");
    }
  }

  private static Map<String, DataIdentifier> custom(JsonNode given)
      throws InvalidProtectionException {
    var found = new HashMap<String, DataIdentifier>();
    for (var one : given) {
      var name = one.path("Name").asString("");
      var expression = one.path("Regex").asString("");
      if (!CUSTOM_NAME.matches(name)) {
        throw new InvalidProtectionException("Invalid name of a custom data identifier: " + name);
      }
      if (expression.isEmpty() || expression.length() > LONGEST_EXPRESSION) {
        throw new InvalidProtectionException(
            "The Regex of " + name + " has to have 1 to 200 characters.");
      }
      try {
        found.put(name, DataIdentifier.custom(Pattern.compile(expression)));
      } catch (PatternSyntaxException e) {
        throw new InvalidProtectionException("The Regex of " + name + " is not valid.");
      }
    }
    if (found.size() > MOST_CUSTOM) {
      throw new InvalidProtectionException("A policy has at most 10 custom data identifiers.");
    }
    return found;
  }

  private static DataIdentifier identifier(String name, Map<String, DataIdentifier> custom)
      throws InvalidProtectionException {
    var found =
        name.startsWith(ARN)
            ? DataIdentifier.managed(name.substring(ARN.length()))
            : custom.get(name);
    if (found == null) {
      throw new InvalidProtectionException(
          "Bulwark does not know the data identifier " + name + ".");
    }
    return found;
  }

  /** The message with asterisks in place of what is sensitive. */
  public String masked(String message) {
    char[] masked = null;
    var spans = new ArrayList<int[]>(0);
    for (var identifier : identifiers) {
      identifier.find(message, (start, end) -> spans.add(new int[] {start, end}));
    }
    for (var span : spans) {
      if (masked == null) {
        masked = message.toCharArray();
      }
      Arrays.fill(masked, span[0], span[1], '*');
    }
    return masked == null ? message : new String(masked);
  }
}
