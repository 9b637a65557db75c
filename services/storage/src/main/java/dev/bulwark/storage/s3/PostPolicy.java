package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The policy in a form: until when it may be posted, and with what.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html">POST
 *     policy</a>
 */
record PostPolicy(Instant expiration, List<Condition> conditions) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MOST_BYTES = 20 * 1024;

  /** Fields that need not be mentioned. */
  private static final Set<String> FREE =
      Set.of("x-amz-signature", "file", "policy", "awsaccesskeyid", "signature");

  /** Something that a form has to fulfil. */
  sealed interface Condition {
    /** A field is just that. */
    record Equal(String field, String value) implements Condition {}

    /** A field begins with that. */
    record StartsWith(String field, String prefix) implements Condition {}

    /** The file is that long. */
    record Length(long least, long most) implements Condition {}
  }

  /**
   * Reads a policy.
   *
   * @param base64 as it stands in the form
   */
  static PostPolicy parse(String base64) {
    JsonNode document;
    try {
      if (base64.length() > MOST_BYTES) {
        throw invalid("Policy is too large.");
      }
      document =
          JSON.readTree(new String(Base64.getMimeDecoder().decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | JacksonException e) {
      throw invalid("Invalid JSON.");
    }
    if (!document.isObject()) {
      throw invalid("Invalid JSON.");
    }
    var expiration = document.get("expiration");
    if (expiration == null || !expiration.isString()) {
      throw invalid("Policy missing expiration.");
    }
    var conditions = document.get("conditions");
    if (conditions == null || !conditions.isArray()) {
      throw invalid("Policy missing conditions.");
    }
    var parsed = new ArrayList<Condition>();
    for (var condition : conditions) {
      parse(condition, parsed);
    }
    return new PostPolicy(instant(expiration.asString()), parsed);
  }

  private static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw invalid("Invalid 'expiration' value: '" + text + "'");
    }
  }

  private static void parse(JsonNode condition, List<Condition> into) {
    if (condition.isObject()) {
      if (condition.isEmpty()) {
        throw invalid(
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.");
      }
      condition
          .properties()
          .forEach(
              pair -> into.add(new Condition.Equal(lower(pair.getKey()), text(pair.getValue()))));
      return;
    }
    if (!condition.isArray() || condition.size() != 3) {
      throw invalid("Invalid Condition: wrong number of arguments.");
    }
    var operation = lower(text(condition.get(0)));
    switch (operation) {
      case "eq" -> into.add(new Condition.Equal(field(condition), text(condition.get(2))));
      case "starts-with" ->
          into.add(new Condition.StartsWith(field(condition), text(condition.get(2))));
      case "content-length-range" ->
          into.add(new Condition.Length(number(condition.get(1)), number(condition.get(2))));
      default -> throw invalid("Invalid Condition: unknown operation '" + operation + "'.");
    }
  }

  private static String field(JsonNode condition) {
    var name = text(condition.get(1));
    if (!name.startsWith("$")) {
      throw invalid("Invalid Condition: field names begin with '$'.");
    }
    return lower(name.substring(1));
  }

  private static String text(JsonNode node) {
    if (!node.isString()) {
      throw invalid("Invalid Condition: a string is expected.");
    }
    return node.asString();
  }

  private static long number(JsonNode node) {
    var text = node.asString("");
    if (text.isEmpty() || text.length() > 18 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw invalid("Invalid content-length-range: a number is expected.");
    }
    return Long.parseLong(text);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static ApiException invalid(String what) {
    return S3Errors.invalidPostPolicy(what);
  }

  /**
   * Checks a form, but for the length of its file.
   *
   * @param fields by their names in lower case, with the bucket among them
   */
  void check(Map<String, String> fields, Instant now) {
    if (!now.isBefore(expiration)) {
      throw S3Errors.againstPolicy("Policy expired.");
    }
    var mentioned = new HashSet<>(FREE);
    mentioned.add("bucket");
    for (var condition : conditions) {
      switch (condition) {
        case Condition.Equal equal -> {
          mentioned.add(equal.field());
          if (!equal.value().equals(fields.get(equal.field()))) {
            throw failed("eq", equal.field(), equal.value());
          }
        }
        case Condition.StartsWith start -> {
          mentioned.add(start.field());
          if (!starts(fields.get(start.field()), start)) {
            throw failed("starts-with", start.field(), start.prefix());
          }
        }
        case Condition.Length length -> {}
      }
    }
    for (var field : fields.keySet()) {
      if (!mentioned.contains(field) && !field.startsWith("x-ignore-")) {
        throw S3Errors.againstPolicy("Extra input fields: " + field);
      }
    }
  }

  /** Each of several types has to begin so. */
  private static boolean starts(@Nullable String value, Condition.StartsWith condition) {
    if (value == null) {
      return condition.prefix().isEmpty() && !condition.field().equals("key");
    }
    if (!condition.field().equals("content-type")) {
      return value.startsWith(condition.prefix());
    }
    for (var part : value.split(",")) {
      if (!part.strip().startsWith(condition.prefix())) {
        return false;
      }
    }
    return true;
  }

  private static ApiException failed(String operation, String field, String value) {
    return S3Errors.againstPolicy(
        "Policy Condition failed: [\"%s\", \"$%s\", \"%s\"]".formatted(operation, field, value));
  }

  /** Whether it asks for a bucket of that name. */
  boolean isForBucket(String name) {
    return conditions.contains(new Condition.Equal("bucket", name));
  }

  /** The least that the file may have. */
  long least() {
    long least = 0;
    for (var condition : conditions) {
      if (condition instanceof Condition.Length length) {
        least = Math.max(least, length.least());
      }
    }
    return least;
  }

  /** The most that the file may have. */
  long most() {
    long most = Limits.PUT_BYTES;
    for (var condition : conditions) {
      if (condition instanceof Condition.Length length) {
        most = Math.min(most, length.most());
      }
    }
    return most;
  }
}
