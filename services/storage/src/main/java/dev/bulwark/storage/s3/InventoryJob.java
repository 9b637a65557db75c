package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.InventoryConfiguration;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.Store;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.ArrayList;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes the inventories that are due, daily or on Sundays, and writes them as {@code
 * s3.amazonaws.com} to where they belong. One that could not be written is made anew on the next
 * day, or after the next start.
 */
final class InventoryJob implements DailyWorker.Job {
  private static final System.Logger LOG = System.getLogger(InventoryJob.class.getName());

  /** Compressed; what is more goes into a further file. */
  private static final int FILE_BYTES = 16 * 1024 * 1024;

  private static final int BUFFER = 64 * 1024;

  private final Store store;
  private final S3Tables tables;
  private final ConfiguredBuckets configured;
  private final NamedConfigurations<InventoryConfiguration> configurations;
  private final BucketContents contents;
  private final Buckets buckets;
  private final ReportWriter reports;

  InventoryJob(
      Store store,
      S3Tables tables,
      ConfiguredBuckets configured,
      NamedConfigurations<InventoryConfiguration> configurations,
      BucketContents contents,
      Buckets buckets,
      ReportWriter reports) {
    this.store = store;
    this.tables = tables;
    this.configured = configured;
    this.configurations = configurations;
    this.contents = contents;
    this.buckets = buckets;
    this.reports = reports;
  }

  @Override
  public void run(Instant now) {
    DailyWorker.each(
        configured.with(configurations.kind()),
        name ->
            DailyWorker.each(
                configurations.all(name), inventory -> runOrTell(name, inventory, now)));
  }

  private void runOrTell(String name, InventoryConfiguration inventory, Instant now) {
    try {
      run(name, inventory, now);
    } catch (ApiException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          () -> "inventory " + inventory.id() + " of " + name + " was not written: " + e.code());
    }
  }

  private void run(String name, InventoryConfiguration inventory, Instant now) {
    var row = S3Tables.configurationKey(name, "inventory-run/" + inventory.id());
    if (!Boolean.TRUE.equals(inventory.isEnabled()) || !isDue(inventory, row, now)) {
      return;
    }
    write(buckets.find(name, null).record(), inventory, now);
    var today = day(now).toString().getBytes(StandardCharsets.UTF_8);
    store.run(
        tx -> {
          // Not where the bucket went meanwhile, and nobody would take it away again.
          if (tables.buckets.contains(tx, name)) {
            tables.configurations.put(tx, row, today);
          }
        });
  }

  private boolean isDue(InventoryConfiguration inventory, String row, Instant now) {
    var last = tables.configurations.get(row);
    if (last == null) {
      return true;
    }
    var today = day(now);
    var due =
        "Weekly".equals(inventory.schedule().frequency())
            ? today.with(TemporalAdjusters.previousOrSame(DayOfWeek.SUNDAY))
            : today;
    return LocalDate.parse(new String(last, StandardCharsets.UTF_8)).isBefore(due);
  }

  private static LocalDate day(Instant now) {
    return now.atOffset(ZoneOffset.UTC).toLocalDate();
  }

  private void write(BucketRecord bucket, InventoryConfiguration inventory, Instant now) {
    var delivery = new Delivery(bucket, inventory);
    var rows =
        new InventoryRows(
            bucket,
            "All".equals(inventory.includedObjectVersions()),
            Inventories.fields(inventory),
            buckets,
            now);
    var filter = inventory.filter();
    var prefix = filter == null || filter.prefix() == null ? "" : filter.prefix();
    contents.records(
        bucket.name(),
        prefix,
        item -> {
          var line = rows.line(item);
          if (line != null) {
            delivery.add(line);
          }
          return true;
        });
    delivery.finish();
    var manifest = new InventoryManifest(bucket.name(), inventory, delivery.files, now);
    var json = manifest.json(rows.schema());
    delivery.put(manifest.symlinkKey(), manifest.symlink());
    delivery.put(manifest.checksumKey(), manifest.checksum(json));
    // Last, since readers wait for it.
    delivery.put(manifest.key(), json);
  }

  /** The files of one inventory on their way. */
  private final class Delivery {
    private final BucketRecord bucket;
    private final InventoryConfiguration inventory;
    private final ArrayList<InventoryManifest.File> files = new ArrayList<>();
    private @Nullable ByteArrayOutputStream bytes;
    private @Nullable GZIPOutputStream zipped;

    Delivery(BucketRecord bucket, InventoryConfiguration inventory) {
      this.bucket = bucket;
      this.inventory = inventory;
    }

    void add(String line) {
      try {
        if (zipped == null || bytes == null) {
          bytes = new ByteArrayOutputStream(BUFFER);
          zipped = new GZIPOutputStream(bytes, BUFFER);
        }
        zipped.write(line.getBytes(StandardCharsets.UTF_8));
        if (bytes.size() >= FILE_BYTES) {
          finish();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Writes the file that was begun, if any was. */
    void finish() {
      if (zipped == null || bytes == null) {
        return;
      }
      try {
        zipped.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      var content = bytes.toByteArray();
      var key =
          InventoryManifest.folder(bucket.name(), inventory) + "data/" + Ids.uuid() + ".csv.gz";
      put(key, content);
      files.add(InventoryManifest.File.of(key, content));
      zipped = null;
      bytes = null;
    }

    void put(String key, byte[] content) {
      var destination = Inventories.destination(inventory);
      var target = destination == null ? null : ReportWriter.bucket(destination.bucket());
      if (destination == null || target == null) {
        throw S3Errors.malformedXml();
      }
      var encryption = destination.encryption();
      reports.put(
          bucket,
          new ReportWriter.Target(target, destination.accountId()),
          key,
          content,
          request ->
              encryption == null
                  ? request
                  : encryption.ssekms() == null
                      ? request.serverSideEncryption(Encryption.AES256)
                      : request
                          .serverSideEncryption(Encryption.KMS)
                          .ssekmsKeyId(encryption.ssekms().keyId()));
    }
  }
}
