package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.ReplicationConfiguration;
import dev.bulwark.api.s3.ReplicationRule;
import dev.bulwark.api.s3.Tag;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which a bucket's objects go to other buckets, the first those with the highest
 * priority.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html">What
 *     does Amazon S3 replicate?</a>
 */
record ReplicationRules(List<Rule> rules) {
  private static final String ENABLED = "Enabled";

  /**
   * One of them.
   *
   * @param encrypted whether it is about objects under keys of KMS, too
   * @param replicas whether changes of replicas go back
   */
  record Rule(
      String id,
      int priority,
      String prefix,
      List<Tag> tags,
      boolean markers,
      boolean encrypted,
      boolean replicas,
      ReplicationTask.Target target) {

    private boolean matches(String key, ObjectRecord object) {
      return key.startsWith(prefix)
          && tags.stream().allMatch(tag -> tag.value().equals(object.tags().get(tag.key())))
          && (encrypted || !(object.encryption() instanceof Encryption.Kms))
          && !isArchived(object.headers().storageClassName());
    }

    private static boolean isArchived(String storageClass) {
      return storageClass.equals("GLACIER") || storageClass.equals("DEEP_ARCHIVE");
    }
  }

  /** The rules of a configuration that act. */
  static ReplicationRules of(ReplicationConfiguration configuration) {
    var rules = new ArrayList<Rule>();
    for (var rule : configuration.rules()) {
      if (ENABLED.equals(rule.status())) {
        rules.add(rule(rule, configuration.role()));
      }
    }
    rules.sort((a, b) -> Integer.compare(b.priority(), a.priority()));
    return new ReplicationRules(List.copyOf(rules));
  }

  private static Rule rule(ReplicationRule rule, String role) {
    var markers = rule.deleteMarkerReplication();
    var selection = rule.sourceSelectionCriteria();
    var encrypted = selection == null ? null : selection.sseKmsEncryptedObjects();
    var replicas = selection == null ? null : selection.replicaModifications();
    return new Rule(
        Objects.requireNonNullElse(rule.id(), ""),
        Objects.requireNonNullElse(rule.priority(), 0),
        prefix(rule),
        tags(rule),
        // Configurations of the first version, without filters, always replicate them.
        rule.filter() == null || (markers != null && ENABLED.equals(markers.status())),
        encrypted != null && ENABLED.equals(encrypted.status()),
        replicas != null && ENABLED.equals(replicas.status()),
        target(rule, role));
  }

  static String prefix(ReplicationRule rule) {
    var filter = rule.filter();
    var prefix =
        filter == null
            ? rule.prefix()
            : filter.and() == null ? filter.prefix() : filter.and().prefix();
    return Objects.requireNonNullElse(prefix, "");
  }

  static List<Tag> tags(ReplicationRule rule) {
    var filter = rule.filter();
    if (filter == null) {
      return List.of();
    }
    if (filter.and() != null) {
      return Objects.requireNonNullElse(filter.and().tags(), List.of());
    }
    return filter.tag() == null ? List.of() : List.of(filter.tag());
  }

  /** The name of a bucket from its ARN; null where that is none. */
  static @Nullable String bucketName(String arn) {
    var prefix = "arn:aws:s3:::";
    var name = arn.startsWith(prefix) ? arn.substring(prefix.length()) : "";
    return BucketNames.isPossible(name) ? name : null;
  }

  private static ReplicationTask.Target target(ReplicationRule rule, String role) {
    var destination = rule.destination();
    var encryption = destination.encryptionConfiguration();
    var time = destination.replicationTime();
    return new ReplicationTask.Target(
        role,
        Objects.requireNonNullElse(bucketName(destination.bucket()), ""),
        destination.account(),
        destination.storageClass(),
        encryption == null ? null : encryption.replicaKmsKeyID(),
        destination.accessControlTranslation() != null,
        time != null && ENABLED.equals(time.status()));
  }

  /** By which rules a new object goes elsewhere: of several to one bucket, the first. */
  Collection<Rule> ofObject(String key, ObjectRecord object) {
    return select(rule -> rule.matches(key, object));
  }

  /** The same of a new delete marker, which has no tags to be found by. */
  Collection<Rule> ofMarker(String key) {
    return select(rule -> rule.markers() && rule.tags().isEmpty() && key.startsWith(rule.prefix()));
  }

  /** The same of a change of what is known of an object. */
  Collection<Rule> ofChange(String key, ObjectRecord object) {
    boolean replica = object.extras().replication() == ReplicationStatus.REPLICA;
    return select(rule -> rule.matches(key, object) && (rule.replicas() || !replica));
  }

  private Collection<Rule> select(Predicate<Rule> applies) {
    var found = new LinkedHashMap<String, Rule>();
    for (var rule : rules) {
      if (applies.test(rule)) {
        found.putIfAbsent(rule.target().bucket(), rule);
      }
    }
    return found.values();
  }
}
