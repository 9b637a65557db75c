package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.BucketLifecycleConfiguration;
import dev.bulwark.api.s3.LifecycleExpiration;
import dev.bulwark.api.s3.LifecycleRule;
import dev.bulwark.api.s3.LifecycleRuleFilter;
import dev.bulwark.api.s3.NoncurrentVersionExpiration;
import dev.bulwark.api.s3.NoncurrentVersionTransition;
import dev.bulwark.api.s3.Transition;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What S3 refuses of lifecycle configurations. */
final class LifecycleChecks {
  private static final int MAX_RULES = 1000;
  private static final int MAX_ID = 255;
  private static final int MAX_NEWER_VERSIONS = 100;

  private LifecycleChecks() {}

  /**
   * Checks a configuration.
   *
   * @throws dev.bulwark.schema.ApiException as S3 refuses it
   */
  static void check(@Nullable BucketLifecycleConfiguration configuration) {
    var rules = configuration == null ? null : configuration.rules();
    if (rules == null || rules.isEmpty() || rules.size() > MAX_RULES) {
      throw S3Errors.malformedXml();
    }
    var ids = new HashSet<String>();
    for (var rule : rules) {
      if (rule.id() != null && rule.id().length() > MAX_ID) {
        throw ConfigurationErrors.idTooLong();
      }
      if (rule.id() != null && !rule.id().isEmpty() && !ids.add(rule.id())) {
        throw ConfigurationErrors.sameRuleId();
      }
      check(rule);
    }
  }

  private static void check(LifecycleRule rule) {
    if (!"Enabled".equals(rule.status()) && !"Disabled".equals(rule.status())) {
      throw S3Errors.malformedXml();
    }
    if ((rule.prefix() == null) == (rule.filter() == null)) {
      throw S3Errors.malformedXml();
    }
    if (rule.filter() != null) {
      check(rule.filter());
    }
    boolean acts =
        rule.expiration() != null
            || !list(rule.transitions()).isEmpty()
            || rule.noncurrentVersionExpiration() != null
            || !list(rule.noncurrentVersionTransitions()).isEmpty()
            || rule.abortIncompleteMultipartUpload() != null;
    if (!acts) {
      throw ConfigurationErrors.noLifecycleAction();
    }
    var filter = LifecycleFilters.of(rule);
    checkExpiration(rule, filter);
    checkTransitions(rule, filter);
    checkNoncurrent(rule.noncurrentVersionExpiration());
    list(rule.noncurrentVersionTransitions()).forEach(LifecycleChecks::checkNoncurrent);
    checkAbort(rule, filter);
  }

  private static void check(LifecycleRuleFilter filter) {
    long members =
        Stream.of(
                filter.prefix(),
                filter.tag(),
                filter.objectSizeGreaterThan(),
                filter.objectSizeLessThan(),
                filter.and())
            .filter(Objects::nonNull)
            .count();
    if (members > 1) {
      throw S3Errors.malformedXml();
    }
    var and = filter.and();
    if (and != null) {
      long parts =
          Stream.of(and.prefix(), and.objectSizeGreaterThan(), and.objectSizeLessThan())
                  .filter(Objects::nonNull)
                  .count()
              + list(and.tags()).size();
      if (parts < 2) {
        throw S3Errors.malformedXml();
      }
      TagSets.ofList(list(and.tags()), false);
      var above = and.objectSizeGreaterThan();
      var below = and.objectSizeLessThan();
      if (above != null && below != null && above >= below) {
        throw ConfigurationErrors.emptySizeRange();
      }
    }
    if (filter.tag() != null) {
      TagSets.ofList(List.of(filter.tag()), false);
    }
  }

  private static void checkExpiration(LifecycleRule rule, LifecycleFilters filter) {
    var expiration = rule.expiration();
    if (expiration == null) {
      return;
    }
    if (count(expiration) != 1) {
      throw S3Errors.malformedXml();
    }
    if (expiration.days() != null && expiration.days() < 1) {
      throw ConfigurationErrors.notPositive("Days", "Expiration");
    }
    checkMidnight(expiration.date());
    if (expiration.expiredObjectDeleteMarker() != null) {
      if (!filter.tags().isEmpty()) {
        throw ConfigurationErrors.notWith("ExpiredObjectDeleteMarker", "Tags");
      }
      if (filter.limitsSize()) {
        throw ConfigurationErrors.notWith("ExpiredObjectDeleteMarker", "Object Size");
      }
    }
  }

  private static long count(LifecycleExpiration expiration) {
    return Stream.of(expiration.days(), expiration.date(), expiration.expiredObjectDeleteMarker())
        .filter(Objects::nonNull)
        .count();
  }

  private static void checkMidnight(@Nullable Instant date) {
    if (date != null && !date.truncatedTo(ChronoUnit.DAYS).equals(date)) {
      throw ConfigurationErrors.notMidnight();
    }
  }

  private static void checkTransitions(LifecycleRule rule, LifecycleFilters filter) {
    var classes = new HashSet<String>();
    var expiration = rule.expiration();
    boolean byDays = expiration != null && expiration.days() != null;
    boolean byDate = expiration != null && expiration.date() != null;
    for (var transition : list(rule.transitions())) {
      if ((transition.days() == null) == (transition.date() == null)) {
        throw S3Errors.malformedXml();
      }
      var storageClass = storageClass(transition.storageClass());
      if (!classes.add(storageClass)) {
        throw ConfigurationErrors.sameStorageClass(filter.prefix());
      }
      byDays |= transition.days() != null;
      byDate |= transition.date() != null;
      checkMidnight(transition.date());
      checkDays(transition, storageClass);
      if (transition.days() != null
          && expiration != null
          && expiration.days() != null
          && expiration.days() <= transition.days()) {
        throw ConfigurationErrors.expiresBeforeItMoves(filter);
      }
    }
    if (byDays && byDate) {
      throw ConfigurationErrors.mixedDatesAndDays(filter.prefix());
    }
  }

  private static void checkDays(Transition transition, String storageClass) {
    var days = transition.days();
    if (days != null && days < 0) {
      throw ConfigurationErrors.negativeDays();
    }
    if (days != null && days < StorageClasses.leastDays(storageClass)) {
      throw ConfigurationErrors.tooFewDays(
          "Days", "Transition", StorageClasses.leastDays(storageClass), storageClass);
    }
  }

  private static String storageClass(@Nullable String storageClass) {
    if (storageClass == null || !StorageClasses.isTarget(storageClass)) {
      throw S3Errors.malformedXml();
    }
    return storageClass;
  }

  private static void checkNoncurrent(@Nullable NoncurrentVersionExpiration expiration) {
    if (expiration == null) {
      return;
    }
    if (expiration.noncurrentDays() == null) {
      throw S3Errors.malformedXml();
    }
    if (expiration.noncurrentDays() < 1) {
      throw ConfigurationErrors.notPositive("NoncurrentDays", "NoncurrentVersionExpiration");
    }
    checkNewer(expiration.newerNoncurrentVersions());
  }

  private static void checkNoncurrent(NoncurrentVersionTransition transition) {
    var storageClass = storageClass(transition.storageClass());
    if (transition.noncurrentDays() == null) {
      throw S3Errors.malformedXml();
    }
    int least = StorageClasses.leastDays(storageClass);
    if (transition.noncurrentDays() < least) {
      throw ConfigurationErrors.tooFewDays(
          "NoncurrentDays", "NoncurrentVersionTransition", least, storageClass);
    }
    checkNewer(transition.newerNoncurrentVersions());
  }

  private static void checkNewer(@Nullable Integer versions) {
    if (versions != null && (versions < 1 || versions > MAX_NEWER_VERSIONS)) {
      throw ConfigurationErrors.newerVersions();
    }
  }

  private static void checkAbort(LifecycleRule rule, LifecycleFilters filter) {
    var abort = rule.abortIncompleteMultipartUpload();
    if (abort == null) {
      return;
    }
    if (!filter.tags().isEmpty()) {
      throw ConfigurationErrors.notWith("AbortIncompleteMultipartUpload", "Tags");
    }
    if (filter.limitsSize()) {
      throw ConfigurationErrors.notWith("AbortIncompleteMultipartUpload", "Object Size");
    }
    if (abort.daysAfterInitiation() == null) {
      throw S3Errors.malformedXml();
    }
    if (abort.daysAfterInitiation() < 1) {
      throw ConfigurationErrors.notPositive(
          "DaysAfterInitiation", "AbortIncompleteMultipartUpload");
    }
  }

  private static <T> List<T> list(@Nullable List<T> values) {
    return values == null ? List.of() : values;
  }
}
