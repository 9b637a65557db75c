package dev.bulwark.identity.iam;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * AWS's own managed policies. They are data: an {@code index.json} with the facts of each policy,
 * and beside it the document of each in {@code NAME.json}. Bulwark brings those that people use
 * most; a folder of the same form adds to them, or replaces some by newer versions. The facts of a
 * policy are its {@code name}, {@code path}, {@code arn}, {@code defaultVersionId}, {@code
 * createDate} and {@code updateDate} as {@code aws iam list-policies --scope AWS} tells them, and
 * where known {@code policyId} and {@code description}. Only the version in force is kept.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/about-managed-policy-reference.html">AWS
 *     Managed Policy Reference</a>
 */
public final class AwsManagedPolicies {
  private static final String RESOURCES = "aws-managed-policies/";
  private static final Pattern NAME = Pattern.compile("[\\w+=,.@-]{1,128}");
  private static final int LARGEST_DOCUMENT = 1 << 20;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  /** One line of an index. */
  record IndexEntry(
      String name,
      String path,
      String arn,
      String defaultVersionId,
      Instant createDate,
      Instant updateDate,
      @Nullable String policyId,
      @Nullable String description) {}

  /** One of AWS's policies, without its document. */
  record Listed(
      String arn,
      String name,
      String path,
      String id,
      @Nullable String description,
      Instant created,
      Instant updated,
      String defaultVersionId,
      @Nullable Path folder)
      implements PolicyFacts {
    @Override
    public Map<String, String> tags() {
      return Map.of();
    }
  }

  private final SortedMap<String, Listed> byArn = new TreeMap<>();

  private AwsManagedPolicies() {}

  /** Those that come with Bulwark. */
  public static AwsManagedPolicies bundled() {
    var policies = new AwsManagedPolicies();
    try (var index = resource("index.json")) {
      policies.add(index, null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return policies;
  }

  /**
   * Those that come with Bulwark, and those of a folder, which need not exist.
   *
   * @throws UncheckedIOException where the folder cannot be read or its index is malformed
   */
  public static AwsManagedPolicies bundledAnd(Path folder) {
    var policies = bundled();
    if (!Files.exists(folder.resolve("index.json"))) {
      return policies;
    }
    try (var index = Files.newInputStream(folder.resolve("index.json"))) {
      policies.add(index, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return policies;
  }

  private void add(InputStream index, @Nullable Path folder) throws IOException {
    IndexEntry[] entries;
    try {
      entries = JsonMapper.shared().readValue(index, IndexEntry[].class);
    } catch (JacksonException e) {
      throw new IOException("The index of AWS managed policies is malformed: " + e.getMessage(), e);
    }
    for (var entry : entries) {
      if (!NAME.matcher(entry.name()).matches()) {
        throw new IOException("Not the name of a policy: " + entry.name());
      }
      byArn.put(
          entry.arn(),
          new Listed(
              entry.arn(),
              entry.name(),
              entry.path(),
              entry.policyId() == null ? derivedId(entry.arn()) : entry.policyId(),
              entry.description(),
              entry.createDate(),
              entry.updateDate(),
              entry.defaultVersionId(),
              folder));
    }
  }

  /** All, by ARN. */
  Collection<Listed> all() {
    return byArn.values();
  }

  boolean contains(String arn) {
    return byArn.containsKey(arn);
  }

  /** With its document; null where there is no such policy. */
  @Nullable PolicyRecord find(String arn) {
    var listed = byArn.get(arn);
    if (listed == null) {
      return null;
    }
    var version =
        new PolicyRecord.Version(listed.defaultVersionId(), document(listed), listed.updated());
    return new PolicyRecord(
        PolicyRecord.AWS_ACCOUNT,
        listed.name(),
        listed.path(),
        listed.id(),
        listed.description(),
        listed.created(),
        listed.updated(),
        listed.defaultVersionId(),
        Integer.parseInt(listed.defaultVersionId().substring(1)),
        List.of(version),
        Map.of());
  }

  /** The document of a policy that {@link #contains} knows. */
  String document(String arn) {
    var listed = byArn.get(arn);
    if (listed == null) {
      throw new IllegalArgumentException("No AWS managed policy " + arn);
    }
    return document(listed);
  }

  private static String document(Listed policy) {
    var file = policy.name() + ".json";
    var folder = policy.folder();
    try (var in = folder == null ? resource(file) : Files.newInputStream(folder.resolve(file))) {
      var bytes = in.readNBytes(LARGEST_DOCUMENT + 1);
      if (bytes.length > LARGEST_DOCUMENT) {
        throw new IOException("The document of " + policy.arn() + " is larger than 1 MiB");
      }
      return new String(bytes, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream resource(String name) throws IOException {
    var in = AwsManagedPolicies.class.getResourceAsStream(RESOURCES + name);
    if (in == null) {
      throw new IOException("The program lacks its file " + RESOURCES + name);
    }
    return in;
  }

  /** An id for policies whose own is not in the index: the same in every installation. */
  private static String derivedId(String arn) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(arn.getBytes(StandardCharsets.UTF_8));
      var id = new StringBuilder("ANPA");
      for (int i = 0; i < 17; i++) {
        id.append(BASE32.charAt(hash[i] & 31));
      }
      return id.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
