package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.DeleteBucketInventoryConfigurationRequest;
import dev.bulwark.api.s3.GetBucketInventoryConfigurationOutput;
import dev.bulwark.api.s3.GetBucketInventoryConfigurationRequest;
import dev.bulwark.api.s3.InventoryConfiguration;
import dev.bulwark.api.s3.InventoryDestination;
import dev.bulwark.api.s3.InventoryEncryption;
import dev.bulwark.api.s3.InventoryS3BucketDestination;
import dev.bulwark.api.s3.ListBucketInventoryConfigurationsOutput;
import dev.bulwark.api.s3.ListBucketInventoryConfigurationsRequest;
import dev.bulwark.api.s3.PutBucketInventoryConfigurationRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which inventories of buckets are made, and where they go; {@link InventoryJob} makes them.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html">Configuring
 *     Amazon S3 Inventory</a>
 */
final class Inventories {
  private static final Set<String> FORMATS = Set.of("CSV", "ORC", "Parquet");

  private final NamedConfigurations<InventoryConfiguration> configurations;

  Inventories(NamedConfigurations<InventoryConfiguration> configurations) {
    this.configurations = configurations;
  }

  GetBucketInventoryConfigurationOutput get(GetBucketInventoryConfigurationRequest in, Call call) {
    return GetBucketInventoryConfigurationOutput.builder()
        .inventoryConfiguration(configurations.get(in.bucket(), in.id(), call))
        .build();
  }

  Unit put(PutBucketInventoryConfigurationRequest in, Call call) {
    Integrity.checkContent(call.http());
    @Nullable InventoryConfiguration wanted = in.inventoryConfiguration();
    if (wanted == null) {
      throw S3Errors.malformedXml();
    }
    check(wanted);
    return configurations.put(in.bucket(), in.id(), wanted.id(), wanted, call);
  }

  Unit delete(DeleteBucketInventoryConfigurationRequest in, Call call) {
    return configurations.delete(in.bucket(), in.id(), call);
  }

  ListBucketInventoryConfigurationsOutput list(
      ListBucketInventoryConfigurationsRequest in, Call call) {
    var page = configurations.list(in.bucket(), in.continuationToken(), call);
    return ListBucketInventoryConfigurationsOutput.builder()
        .isTruncated(page.next() != null)
        .continuationToken(in.continuationToken())
        .nextContinuationToken(page.next())
        .inventoryConfigurationList(page.configurations())
        .build();
  }

  private static void check(InventoryConfiguration wanted) {
    var destination = destination(wanted);
    var schedule = wanted.schedule();
    if (destination == null
        || wanted.isEnabled() == null
        || schedule == null
        || !("Daily".equals(schedule.frequency()) || "Weekly".equals(schedule.frequency()))
        || !("All".equals(wanted.includedObjectVersions())
            || "Current".equals(wanted.includedObjectVersions()))
        || !FORMATS.contains(String.valueOf(destination.format()))) {
      throw S3Errors.malformedXml();
    }
    fields(wanted);
    checkEncryption(destination.encryption());
    if (ReportWriter.bucket(destination.bucket()) == null) {
      throw ConfigurationErrors.reportDestination(destination.bucket());
    }
    if (!"CSV".equals(destination.format())) {
      throw S3Errors.notBuilt(
          "Inventories as " + destination.format() + " are not implemented; CSV is");
    }
  }

  private static void checkEncryption(@Nullable InventoryEncryption encryption) {
    if (encryption != null && (encryption.sses3() == null) == (encryption.ssekms() == null)) {
      throw S3Errors.malformedXml();
    }
  }

  static @Nullable InventoryS3BucketDestination destination(InventoryConfiguration wanted) {
    @Nullable InventoryDestination destination = wanted.destination();
    return destination == null ? null : destination.s3BucketDestination();
  }

  /** What an inventory is to tell, in the order in which it does. */
  static Set<InventoryField> fields(InventoryConfiguration wanted) {
    var fields = EnumSet.noneOf(InventoryField.class);
    for (var name : names(wanted)) {
      var field = InventoryField.named(name);
      if (field == null || !fields.add(field)) {
        throw S3Errors.malformedXml();
      }
    }
    return fields;
  }

  /** As the configuration names them. */
  static List<String> names(@Nullable InventoryConfiguration wanted) {
    return wanted == null
        ? List.of()
        : Objects.requireNonNullElse(wanted.optionalFields(), List.of());
  }
}
