package dev.bulwark.audit.cloudtrail;

import dev.bulwark.api.cloudtraildata.AuditEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what a caller of PutAuditEvents sends, and makes records of it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-integration-event-schema.html">CloudTrail
 *     Lake integrations event schema</a>
 */
final class AuditEventReader {
  private static final int LONGEST_OBJECT = 100 << 10;
  private static final int LONGEST_ADDITIONAL = 28 << 10;

  private static final String BEFORE_ID =
      """
      {"eventVersion":"1.0","eventCategory":"ActivityAuditLog","eventType":"ActivityLog","eventID":"\
      """;

  /** A member of an event. */
  private record Member(String name, int longest, boolean required) {}

  private static final List<Member> TEXTS =
      List.of(
          new Member("version", 256, true),
          new Member("eventSource", 256, true),
          new Member("eventName", 256, true),
          new Member("eventTime", 64, true),
          new Member("UID", 256, true),
          new Member("recipientAccountId", 12, true),
          new Member("userAgent", 1024, false),
          new Member("errorCode", 256, false),
          new Member("errorMessage", 256, false),
          new Member("sourceIPAddress", 256, false));

  private static final List<Member> IDENTITY =
      List.of(new Member("type", 128, true), new Member("principalId", 1024, true));

  private static final List<Member> OBJECTS =
      List.of(
          new Member("requestParameters", LONGEST_OBJECT, false),
          new Member("responseElements", LONGEST_OBJECT, false),
          new Member("additionalEventData", LONGEST_ADDITIONAL, false));

  private final ChannelRecord channel;
  private final MessageDigest digest = sha256();
  private final String afterTime;

  /**
   * For the events of a request.
   *
   * @param region in which they came
   */
  AuditEventReader(ChannelRecord channel, String region, Instant now) {
    this.channel = channel;
    this.afterTime =
        """
        ","awsRegion":"%s","recipientAccountId":"%s",\
        "metadata":{"ingestionTime":"%s","channelARN":"%s"},"eventData":\
        """
            .formatted(region, channel.accountId(), now, channel.arn());
  }

  /** Why an event is not taken in; the code is AWS's. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String code;

    RefusedException(String code, String message) {
      super(message, null, false, false);
      this.code = code;
    }

    String code() {
      return code;
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }

  /**
   * An event as it is kept.
   *
   * @param eventId follows from the channel and the sender's id, so that an event which is sent
   *     again is the same
   */
  record Accepted(String id, String eventId, byte[] record) {}

  Accepted read(AuditEvent event) throws RefusedException {
    var text = event.eventData();
    var checksum = event.eventDataChecksum();
    if (checksum != null && !checksum.equals(Base64.getEncoder().encodeToString(hash(text)))) {
      throw new RefusedException(
          "InvalidChecksum", "The checksum of the event does not match its data.");
    }
    var data = parse(text);
    check(data, text.length());
    var time = time(data.path("eventTime").asString());
    var eventId = eventId(event.id());
    return new Accepted(event.id(), eventId, record(text, eventId, time));
  }

  private static JsonNode parse(String text) throws RefusedException {
    try {
      var data = JsonMapper.shared().readTree(text);
      if (data.isObject() && (!text.contains("\\u") || isText(data))) {
        return data;
      }
    } catch (JacksonException e) {
      // Told below.
    }
    throw new RefusedException("InvalidData", "The event data is not a JSON object.");
  }

  /** Whether nothing is half of a surrogate pair, which an escape can name and no byte can hold. */
  private static boolean isText(JsonNode node) {
    if (node.isString()) {
      return isText(node.stringValue());
    }
    return node.properties().stream().allMatch(member -> isText(member.getKey()))
        && node.valueStream().allMatch(AuditEventReader::isText);
  }

  private static boolean isText(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * @param length of the whole event, which none of its members exceeds
   */
  private void check(JsonNode data, int length) throws RefusedException {
    var identity = data.path("userIdentity");
    if (!identity.isObject()) {
      throw new RefusedException(
          identity.isMissingNode() ? "FieldNotFound" : "InvalidData",
          "The field userIdentity is required, and an object.");
    }
    for (var member : TEXTS) {
      requireText(data, "", member);
    }
    for (var member : IDENTITY) {
      requireText(identity, "userIdentity.", member);
    }
    requireObject(identity, new Member("details", LONGEST_OBJECT, false), length);
    for (var member : OBJECTS) {
      requireObject(data, member, length);
    }
    if (!data.path("recipientAccountId").asString().equals(channel.accountId())) {
      throw new RefusedException(
          "InvalidRecipient",
          "The field recipientAccountId must be the account ID of the channel's owner.");
    }
  }

  private static void requireText(JsonNode parent, String path, Member member)
      throws RefusedException {
    var value = parent.path(member.name());
    boolean missing = value.isMissingNode() || value.isNull();
    if (missing && member.required()) {
      throw new RefusedException(
          "FieldNotFound", "The field " + path + member.name() + " is required.");
    }
    if (!missing && !value.isString()) {
      throw new RefusedException(
          "InvalidData", "The field " + path + member.name() + " must be a string.");
    }
    if (member.required() && value.asString("").isEmpty()) {
      throw new RefusedException(
          "InvalidData", "The field " + path + member.name() + " must not be empty.");
    }
    if (!missing && value.asString().length() > member.longest()) {
      throw tooLong(path + member.name(), member.longest());
    }
  }

  private static void requireObject(JsonNode parent, Member member, int length)
      throws RefusedException {
    var value = parent.path(member.name());
    if (value.isMissingNode() || value.isNull()) {
      return;
    }
    if (!value.isObject()) {
      throw new RefusedException(
          "InvalidData", "The field " + member.name() + " must be an object.");
    }
    if (length > member.longest() && value.toString().length() > member.longest()) {
      throw tooLong(member.name(), member.longest());
    }
  }

  private static RefusedException tooLong(String field, int longest) {
    return new RefusedException(
        "FieldTooLong", "The field " + field + " is longer than " + longest + " characters.");
  }

  private static Instant time(String text) throws RefusedException {
    try {
      // Years of more digits have a sign, and are more than columns of times can hold.
      if (!text.startsWith("+") && !text.startsWith("-")) {
        return text.endsWith("Z")
            ? Instant.parse(text)
            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
      }
    } catch (DateTimeException e) {
      // Told below.
    }
    throw new RefusedException(
        "InvalidData", "The field eventTime must have the format yyyy-MM-DDTHH:mm:ss.");
  }

  private String eventId(String id) {
    var hash = ByteBuffer.wrap(hash(channel.arn() + "\n" + id));
    // Version 8 of RFC 9562: the bits are the program's own.
    long high = (hash.getLong() & ~0xf000L) | 0x8000L;
    long low = (hash.getLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  private byte[] record(String data, String eventId, Instant time) {
    return new StringBuilder(data.length() + afterTime.length() + 200)
        .append(BEFORE_ID)
        .append(eventId)
        .append("\",\"eventTime\":\"")
        .append(time)
        .append(afterTime)
        .append(data)
        .append('}')
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] hash(String text) {
    return digest.digest(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
