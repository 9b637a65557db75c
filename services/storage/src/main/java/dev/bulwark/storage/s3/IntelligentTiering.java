package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteBucketIntelligentTieringConfigurationRequest;
import dev.bulwark.api.s3.GetBucketIntelligentTieringConfigurationOutput;
import dev.bulwark.api.s3.GetBucketIntelligentTieringConfigurationRequest;
import dev.bulwark.api.s3.IntelligentTieringConfiguration;
import dev.bulwark.api.s3.IntelligentTieringFilter;
import dev.bulwark.api.s3.ListBucketIntelligentTieringConfigurationsOutput;
import dev.bulwark.api.s3.ListBucketIntelligentTieringConfigurationsRequest;
import dev.bulwark.api.s3.PutBucketIntelligentTieringConfigurationRequest;
import dev.bulwark.api.s3.Tiering;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When objects of S3 Intelligent-Tiering go into its archives.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-intelligent-tiering.html">Using
 *     S3 Intelligent-Tiering</a>
 */
final class IntelligentTiering {
  private static final int MOST_DAYS = 730;
  private static final Map<AccessTier, Integer> LEAST_DAYS =
      Map.of(AccessTier.ARCHIVE, 90, AccessTier.DEEP_ARCHIVE, 180);

  private final NamedConfigurations<IntelligentTieringConfiguration> configurations;

  IntelligentTiering(NamedConfigurations<IntelligentTieringConfiguration> configurations) {
    this.configurations = configurations;
  }

  GetBucketIntelligentTieringConfigurationOutput get(
      GetBucketIntelligentTieringConfigurationRequest in, Call call) {
    return GetBucketIntelligentTieringConfigurationOutput.builder()
        .intelligentTieringConfiguration(configurations.get(in.bucket(), in.id(), call))
        .build();
  }

  Unit put(PutBucketIntelligentTieringConfigurationRequest in, Call call) {
    Integrity.checkContent(call.http());
    @Nullable IntelligentTieringConfiguration wanted = in.intelligentTieringConfiguration();
    if (wanted == null) {
      throw S3Errors.malformedXml();
    }
    check(wanted);
    return configurations.put(in.bucket(), in.id(), wanted.id(), wanted, call);
  }

  Unit delete(DeleteBucketIntelligentTieringConfigurationRequest in, Call call) {
    return configurations.delete(in.bucket(), in.id(), call);
  }

  ListBucketIntelligentTieringConfigurationsOutput list(
      ListBucketIntelligentTieringConfigurationsRequest in, Call call) {
    var page = configurations.list(in.bucket(), in.continuationToken(), call);
    return ListBucketIntelligentTieringConfigurationsOutput.builder()
        .isTruncated(page.next() != null)
        .continuationToken(in.continuationToken())
        .nextContinuationToken(page.next())
        .intelligentTieringConfigurationList(page.configurations())
        .build();
  }

  private static void check(IntelligentTieringConfiguration wanted) {
    if (!("Enabled".equals(wanted.status()) || "Disabled".equals(wanted.status()))
        || wanted.tierings() == null
        || wanted.tierings().isEmpty()) {
      throw S3Errors.malformedXml();
    }
    filter(wanted);
    var seen = new EnumMap<AccessTier, Integer>(AccessTier.class);
    for (var tiering : wanted.tierings()) {
      var tier = AccessTier.named(tiering.accessTier());
      @Nullable Integer days = tiering.days();
      if (tier == null || days == null || seen.put(tier, days) != null) {
        throw S3Errors.malformedXml();
      }
      int least = LEAST_DAYS.getOrDefault(tier, 0);
      if (days < least || days > MOST_DAYS) {
        throw ConfigurationErrors.tieringDays(String.valueOf(tier.apiName()), least, MOST_DAYS);
      }
    }
    var archive = seen.get(AccessTier.ARCHIVE);
    var deep = seen.get(AccessTier.DEEP_ARCHIVE);
    if (archive != null && deep != null && deep <= archive) {
      throw ConfigurationErrors.tieringOrder();
    }
  }

  /** Which objects a configuration is about. */
  static ObjectFilter filter(IntelligentTieringConfiguration configuration) {
    @Nullable IntelligentTieringFilter filter = configuration.filter();
    if (filter == null) {
      return ObjectFilter.ALL;
    }
    var and = filter.and();
    return ObjectFilter.of(
        filter.prefix(),
        filter.tag(),
        and == null ? null : ObjectFilter.and(and.prefix(), and.tags()));
  }

  /** The archive in which an object belongs that has not been read for so many days. */
  static @Nullable AccessTier due(IntelligentTieringConfiguration configuration, long days) {
    AccessTier due = null;
    for (Tiering tiering : configuration.tierings()) {
      var tier = AccessTier.named(tiering.accessTier());
      if (tier != null && days >= tiering.days() && (due == null || tier.compareTo(due) > 0)) {
        due = tier;
      }
    }
    return due;
  }
}
