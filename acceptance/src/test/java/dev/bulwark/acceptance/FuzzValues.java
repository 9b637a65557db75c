package dev.bulwark.acceptance;

import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Values by shape, mostly as a client might send them, sometimes of a wrong type, out of bounds or
 * hostile. A structure is a {@link Fields}, everything else its plain Java value.
 */
final class FuzzValues {
  /** A structure's members; those in {@code extra} are in no model. */
  record Fields(Map<Member, Object> members, Map<String, Object> extra) {}

  /** Stands for a value without a value. */
  enum Nothing {
    NULL
  }

  private static final String POLICY =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}";
  private static final String TRUST =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"sts:AssumeRole\",\"Principal\":{\"AWS\":\"123456789012\"}}]}";

  /** What is there, and what is close to it, so that requests reach the handlers. */
  private static final Map<String, List<String>> KNOWN =
      Map.ofEntries(
          Map.entry("UserName", List.of("fuzz-user", "FUZZ-USER", "fuzz-other", "nobody")),
          Map.entry("GroupName", List.of("fuzz-group", "fuzz-crowd")),
          Map.entry("RoleName", List.of("fuzz-role", "fuzz-part")),
          Map.entry("InstanceProfileName", List.of("fuzz-profile")),
          Map.entry("PolicyName", List.of("fuzz-policy", "fuzz-rule")),
          Map.entry(
              "PolicyArn",
              List.of(
                  "arn:aws:iam::aws:policy/ReadOnlyAccess",
                  "arn:aws:iam::123456789012:policy/fuzz-policy")),
          Map.entry("PolicyDocument", List.of(POLICY, POLICY.replace("Allow", "Deny"), "{}")),
          Map.entry("AssumeRolePolicyDocument", List.of(TRUST, POLICY)),
          Map.entry("Policy", List.of(POLICY, TRUST)),
          Map.entry("RoleArn", List.of("arn:aws:iam::123456789012:role/fuzz-role")),
          Map.entry("RoleSessionName", List.of("fuzz-session")),
          Map.entry("AccessKeyId", List.of("AKIAFUZZFUZZFUZZ2345")),
          Map.entry("Bucket", List.of("fuzz-bucket", "fuzz-bucket", "fuzz-pail", "Not_A_Bucket")),
          Map.entry("Key", FuzzRequests.KEYS),
          Map.entry(
              "CopySource", List.of("fuzz-bucket/object", "/fuzz-bucket/../object", "%2F", "")),
          Map.entry("Delimiter", List.of("/", "", "a")),
          Map.entry("Tagging", List.of("a=b&c=d", "a", "%zz", "a=b&a=c")));

  private static final List<String> NASTY =
      List.of(
          "",
          " ",
          "\0",
          "null",
          "../../../../tmp/bulwark-fuzz-escape",
          "%2e%2e%2f",
          "'; DROP TABLE users; --",
          "<!DOCTYPE x [<!ENTITY a \"b\">]>&a;",
          "${jndi:ldap://localhost/a}",
          "\uD800",
          "\uFFFF\uFFFE",
          "\r\nX-Injected: 1",
          "-1",
          "1e999",
          "(a+)+$",
          "*".repeat(300),
          "arn:aws:iam::123456789012:",
          "arn:::::::::",
          "\u202Eabc",
          "x".repeat(3000));

  private final Random random;

  FuzzValues(Random random) {
    this.random = random;
  }

  /** An input of that shape; {@code wildness} of 100 values are wrong. */
  Fields structure(Shape shape, int depth, int wildness) {
    var members = new LinkedHashMap<Member, Object>();
    for (var member : shape.members()) {
      var wanted =
          member.required()
              ? random.nextInt(100) >= wildness / 2
              : member.location() == Location.URI || random.nextInt(depth > 0 ? 3 : 6) == 0;
      if (wanted) {
        members.put(member, value(member, depth, wildness));
      }
    }
    var extra = new HashMap<String, Object>();
    if (random.nextInt(100) < wildness / 3) {
      extra.put("NoSuchMember", any(2));
    }
    return new Fields(members, extra);
  }

  private Object value(Member member, int depth, int wildness) {
    if (random.nextInt(100) < wildness) {
      return wrong(member);
    }
    var shape = member.target();
    var known = KNOWN.get(member.name());
    if (known != null && shape.type() == dev.bulwark.schema.ShapeType.STRING) {
      return known.get(random.nextInt(known.size()));
    }
    return switch (shape.type()) {
      case STRUCTURE ->
          depth <= 0 ? new Fields(Map.of(), Map.of()) : structure(shape, depth - 1, wildness);
      case LIST -> list(shape, depth, wildness);
      case MAP -> map(shape, depth, wildness);
      case STRING -> string(shape);
      case BOOLEAN -> random.nextBoolean();
      case INTEGER, LONG -> number(shape);
      case FLOAT, DOUBLE -> random.nextDouble();
      case TIMESTAMP -> Instant.ofEpochSecond(random.nextLong(4_000_000_000L));
      case BLOB -> bytes(random.nextInt(64));
      case DOCUMENT -> any(2);
      case EVENT_STREAM -> Nothing.NULL;
    };
  }

  private List<Object> list(Shape shape, int depth, int wildness) {
    var list = new ArrayList<>();
    for (var i = depth <= 0 ? 0 : random.nextInt(4); i > 0; i--) {
      list.add(value(shape.element(), depth - 1, wildness));
    }
    return list;
  }

  private Map<String, Object> map(Shape shape, int depth, int wildness) {
    var map = new LinkedHashMap<String, Object>();
    for (var i = depth <= 0 ? 0 : random.nextInt(3); i > 0; i--) {
      map.put(string(shape.key().target()), value(shape.value(), depth - 1, wildness));
    }
    return map;
  }

  private String string(Shape shape) {
    var values = shape.constraints().enumValues();
    if (!values.isEmpty()) {
      return values.get(random.nextInt(values.size()));
    }
    if (random.nextInt(12) == 0) {
      return NASTY.get(random.nextInt(NASTY.size()));
    }
    var min = shape.constraints().min();
    var length = (min == null ? 1 : (int) Math.min(min, 300)) + random.nextInt(8);
    var text = new StringBuilder(length);
    for (var i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  private Object number(Shape shape) {
    var min = shape.constraints().min();
    var low = min == null ? 0 : min.longValue();
    return low + random.nextInt(20);
  }

  byte[] bytes(int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Something that the member does not take. */
  private Object wrong(Member member) {
    return switch (random.nextInt(13)) {
      case 0 -> Nothing.NULL;
      case 1 -> BigInteger.TEN.pow(random.nextInt(400));
      case 2 -> new BigDecimal("1e" + random.nextInt(100_000));
      case 3 -> Double.NaN;
      case 4 -> Long.MIN_VALUE;
      case 5 -> "NO_SUCH_VALUE_OF_" + member.name();
      case 6 -> "\u00e4".repeat(1 + random.nextInt(random.nextInt(20) == 0 ? 100_000 : 2000));
      case 7 -> new ArrayList<>(List.of(List.of(), Map.of(), "x"));
      case 8 -> new LinkedHashMap<>(Map.of("a", 1, "b", List.of("c")));
      case 9 -> nested(1 + random.nextInt(random.nextInt(20) == 0 ? 400 : 60));
      case 10 ->
          Instant.ofEpochSecond(
              random.nextLong(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond()));
      case 11 -> bytes(random.nextInt(3000));
      default -> NASTY.get(random.nextInt(NASTY.size()));
    };
  }

  private static Object nested(int depth) {
    Object value = "deep";
    for (var i = 0; i < depth; i++) {
      value = i % 2 == 0 ? List.of(value) : Map.of("n", value);
    }
    return value;
  }

  private @Nullable Object any(int depth) {
    return switch (random.nextInt(depth > 0 ? 6 : 4)) {
      case 0 -> "text";
      case 1 -> random.nextInt();
      case 2 -> random.nextBoolean();
      case 3 -> Nothing.NULL;
      case 4 -> List.of(Nothing.NULL, "x");
      default -> Map.of("key", 1);
    };
  }
}
