package dev.bulwark.identity.sts;

import dev.bulwark.api.sts.PolicyDescriptorType;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The policies passed for a session to be made.
 *
 * @param inline a document, null for none
 * @param managed ARNs of managed policies of the account that the session is in, or of AWS's
 */
record SessionPolicies(@Nullable String inline, List<String> managed) {
  private static final int MOST_MANAGED = 10;

  /** Characters that inline document and ARNs may have together. */
  private static final int PLAIN_CHARACTERS = 2048;

  /**
   * Bytes that policies and tags may have when packed. AWS does not tell how it packs, nor its
   * limit: this is DEFLATE, with room for what stays within the other limits in ordinary use.
   */
  private static final int PACKED_BYTES = 2048;

  /**
   * The policies of a request.
   *
   * @param exists whether there is a managed policy of that ARN
   * @throws dev.bulwark.schema.ApiException MalformedPolicyDocument, ValidationError
   */
  static SessionPolicies of(
      @Nullable String inline,
      @Nullable List<PolicyDescriptorType> descriptors,
      Predicate<String> exists) {
    if (inline != null) {
      check(inline);
    }
    var managed =
        descriptors == null
            ? List.<String>of()
            : descriptors.stream()
                .map(PolicyDescriptorType::arn)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
    if (managed.size() > MOST_MANAGED) {
      throw StsErrors.tooManyPolicyArns(managed.size(), MOST_MANAGED);
    }
    for (var arn : managed) {
      if (!exists.test(arn)) {
        throw StsErrors.noSuchPolicy(arn);
      }
    }
    return new SessionPolicies(inline, managed);
  }

  private static void check(String document) {
    // Long documents need not be parsed to be refused.
    if (document.length() > PLAIN_CHARACTERS) {
      throw StsErrors.packedPolicyTooLarge(percent(document.length(), PLAIN_CHARACTERS));
    }
    try {
      Policy.parse(document, PolicyKind.SESSION);
    } catch (PolicyException e) {
      throw StsErrors.malformedPolicy(e.getMessage());
    }
  }

  boolean any() {
    return inline != null || !managed.isEmpty();
  }

  /**
   * How much of the allotted space policies and tags take, in percent, from 0 to 100; null where
   * there are none.
   *
   * @throws dev.bulwark.schema.ApiException PackedPolicyTooLarge
   */
  @Nullable Integer packedSize(Map<String, String> tags) {
    if (!any() && tags.isEmpty()) {
      return null;
    }
    var ofTags = percent(packed(text(tags)), PACKED_BYTES);
    if (ofTags > 100) {
      throw StsErrors.packedTagsTooLarge(ofTags);
    }
    var policies = text();
    var size =
        Math.max(
            percent(packed(policies + text(tags)), PACKED_BYTES),
            percent(policies.length(), PLAIN_CHARACTERS));
    if (size > 100) {
      throw StsErrors.packedPolicyTooLarge(size);
    }
    return size;
  }

  private String text() {
    var arns = String.join("\n", managed);
    return inline == null ? arns : inline + arns;
  }

  private static String text(Map<String, String> tags) {
    var text = new StringBuilder();
    new TreeMap<>(tags)
        .forEach((key, value) -> text.append(key).append('\n').append(value).append('\n'));
    return text.toString();
  }

  private static int packed(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    try (var deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      deflater.setInput(text.getBytes(StandardCharsets.UTF_8));
      deflater.finish();
      var buffer = new byte[8192];
      var size = 0;
      while (!deflater.finished()) {
        size += deflater.deflate(buffer);
      }
      return size;
    }
  }

  private static int percent(int part, int whole) {
    return (part * 100 + whole - 1) / whole;
  }
}
