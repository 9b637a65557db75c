package dev.bulwark.messaging.eventbridge;

import dev.bulwark.api.events.Archive;
import dev.bulwark.api.events.CreateArchiveRequest;
import dev.bulwark.api.events.CreateArchiveResponse;
import dev.bulwark.api.events.DeleteArchiveRequest;
import dev.bulwark.api.events.DeleteArchiveResponse;
import dev.bulwark.api.events.DescribeArchiveRequest;
import dev.bulwark.api.events.DescribeArchiveResponse;
import dev.bulwark.api.events.ListArchivesRequest;
import dev.bulwark.api.events.ListArchivesResponse;
import dev.bulwark.api.events.UpdateArchiveRequest;
import dev.bulwark.api.events.UpdateArchiveResponse;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.messaging.Sequence;
import dev.bulwark.service.Call;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Archives, which keep the events of a bus. */
final class Archives {
  static final String TYPE = "AWS::Events::Archive";
  private static final String ENABLED = "ENABLED";
  private static final int CHUNK = 500;
  private static final long DAY = 86_400_000;

  private final EventTables tables;
  private final Buses buses;
  private final BusKeys keys;
  private final PageTokens pages;

  Archives(EventTables tables, Buses buses, BusKeys keys, PageTokens pages) {
    this.tables = tables;
    this.buses = buses;
    this.keys = keys;
    this.pages = pages;
  }

  static Resource resource(String name, Call call) {
    return Resource.of(
        "arn:aws:events:"
            + call.region()
            + ":"
            + call.principal().accountId()
            + ":archive/"
            + name);
  }

  private static String key(String name, Call call) {
    return Key.of(call.principal().accountId(), call.region(), name);
  }

  @Nullable ArchiveRecord find(String name, Call call) {
    return tables.archives.get(key(name, call));
  }

  ArchiveRecord require(String name, Call call) {
    var archive = find(name, call);
    if (archive == null) {
      throw EventErrors.noSuchArchive(name);
    }
    call.concerns(TYPE, archive.arn());
    return archive;
  }

  CreateArchiveResponse create(CreateArchiveRequest in, Call call) {
    var bus = buses.require(in.eventSourceArn(), call).name();
    if (!bus.accountId().equals(call.principal().accountId())
        || !bus.region().equals(call.region())) {
      throw EventErrors.validation("Parameter EventSourceArn is not valid.");
    }
    if (in.eventPattern() != null) {
      EventPatterns.parse(in.eventPattern());
    }
    var archive =
        new ArchiveRecord(
            bus.accountId(),
            bus.region(),
            in.archiveName(),
            bus,
            in.description(),
            in.eventPattern(),
            Objects.requireNonNullElse(in.retentionDays(), 0),
            call.time(),
            keys.checked(bus, in.kmsKeyIdentifier()));
    return call.write(
        tx -> {
          if (tables.archives.contains(tx, archive.key())) {
            throw EventErrors.archiveExists(in.archiveName());
          }
          if (tables.readArchives(tx, bus.key()).size() >= EventQuotas.ARCHIVES_OF_BUS) {
            throw EventErrors.tooMany();
          }
          tables.archives.insert(tx, archive.key(), archive);
          call.changed(tx, TYPE, archive.name(), archive.arn(), null, archive);
          return CreateArchiveResponse.builder()
              .archiveArn(archive.arn())
              .state(ENABLED)
              .creationTime(archive.created())
              .build();
        });
  }

  UpdateArchiveResponse update(UpdateArchiveRequest in, Call call) {
    var archive = require(in.archiveName(), call);
    if (in.eventPattern() != null) {
      EventPatterns.parse(in.eventPattern());
    }
    // What is not said stays as it is, as with the other members; an empty text takes the key away.
    var kmsKey =
        in.kmsKeyIdentifier() == null
            ? archive.kmsKey()
            : keys.checked(archive.bus(), in.kmsKeyIdentifier());
    return call.write(
        tx -> {
          var after =
              tables.archives.update(
                  tx,
                  archive.key(),
                  before ->
                      before.with(
                          in.description() == null ? before.description() : in.description(),
                          in.eventPattern() == null ? before.pattern() : in.eventPattern(),
                          in.retentionDays() == null ? before.retentionDays() : in.retentionDays(),
                          in.kmsKeyIdentifier() == null ? before.kmsKey() : kmsKey));
          if (after == null) {
            throw EventErrors.noSuchArchive(in.archiveName());
          }
          call.changed(tx, TYPE, archive.name(), archive.arn(), archive, after);
          return UpdateArchiveResponse.builder()
              .archiveArn(archive.arn())
              .state(ENABLED)
              .creationTime(archive.created())
              .build();
        });
  }

  DeleteArchiveResponse delete(DeleteArchiveRequest in, Call call) {
    var archive = require(in.archiveName(), call);
    call.write(
        tx -> {
          if (!tables.archives.delete(tx, archive.key())) {
            throw EventErrors.noSuchArchive(in.archiveName());
          }
          tables.archiveSizes.delete(tx, archive.key());
          call.changed(tx, TYPE, archive.name(), archive.arn(), archive, null);
          return dev.bulwark.schema.Unit.UNIT;
        });
    deleteUntil(prefix(archive.key()), null);
    return DeleteArchiveResponse.builder().build();
  }

  DescribeArchiveResponse describe(DescribeArchiveRequest in, Call call) {
    var archive = require(in.archiveName(), call);
    var size = size(archive);
    return DescribeArchiveResponse.builder()
        .archiveArn(archive.arn())
        .archiveName(archive.name())
        .eventSourceArn(archive.bus().arn())
        .description(archive.description())
        .eventPattern(archive.pattern())
        .state(ENABLED)
        .kmsKeyIdentifier(archive.kmsKey())
        .retentionDays(archive.retentionDays())
        .sizeBytes(size.bytes())
        .eventCount(size.events())
        .creationTime(archive.created())
        .build();
  }

  private EventTables.ArchiveSize size(ArchiveRecord archive) {
    var size = tables.archiveSizes.get(archive.key());
    return size == null ? new EventTables.ArchiveSize(0, 0) : size;
  }

  ListArchivesResponse list(ListArchivesRequest in, Call call) {
    var source = in.eventSourceArn();
    if (source != null && buses.find(source, call) == null) {
      throw EventErrors.noSuchBus(Buses.named(source, call).name());
    }
    int most = Objects.requireNonNullElse(in.limit(), 100);
    var prefix = key(Objects.requireNonNullElse(in.namePrefix(), ""), call);
    var after = pages.read(in.nextToken(), "a" + prefix, EventErrors::invalidToken);
    var found =
        tables
            .store()
            .read(tx -> tables.archives.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1)));
    return ListArchivesResponse.builder()
        .archives(
            found.stream()
                .limit(most)
                .map(row -> row.value())
                .filter(one -> source == null || one.bus().arn().equals(source))
                .filter(one -> in.state() == null || in.state().equals(ENABLED))
                .map(this::view)
                .toList())
        .nextToken(
            found.size() > most ? pages.write(found.get(most - 1).cursor(), "a" + prefix) : null)
        .build();
  }

  private Archive view(ArchiveRecord archive) {
    var size = size(archive);
    return Archive.builder()
        .archiveName(archive.name())
        .eventSourceArn(archive.bus().arn())
        .state(ENABLED)
        .retentionDays(archive.retentionDays())
        .sizeBytes(size.bytes())
        .eventCount(size.events())
        .creationTime(archive.created())
        .build();
  }

  /** Deletes what archives have kept long enough, and what is left of archives that are gone. */
  void expire(long now) {
    tables
        .store()
        .read(tx -> tables.archives.scan(tx, Scan.all()))
        .forEach(
            row -> {
              if (row.value().retentionDays() > 0) {
                deleteUntil(
                    prefix(row.key()), Sequence.text(now - row.value().retentionDays() * DAY));
              }
            });
    deleteOrphans();
  }

  /** What arrived while its archive was deleted, or what a crash kept from being deleted. */
  private void deleteOrphans() {
    var scan = Scan.prefix("").limit(1);
    while (true) {
      var next = scan;
      var keys = tables.store().read(tx -> tables.archived.keys(tx, next));
      if (keys.isEmpty()) {
        return;
      }
      var parts = Key.split(keys.getFirst(), 4);
      var archive = Key.of(parts.get(0), parts.get(1), parts.get(2));
      if (tables.archives.get(archive) == null) {
        deleteUntil(prefix(archive), null);
      }
      scan = Scan.prefix("").limit(1).afterPrefix(prefix(archive));
    }
  }

  /** What the keys of an archive's events begin with. */
  private static String prefix(String archiveKey) {
    return Key.prefix(Key.split(archiveKey, 3).toArray(String[]::new));
  }

  /**
   * Some at a time, so that others can write; where no time is given all of what has no archive.
   */
  private void deleteUntil(String prefix, @Nullable String time) {
    var parts = Key.split(prefix, 4);
    var archive = Key.of(parts.get(0), parts.get(1), parts.get(2));
    while (true) {
      var keys =
          tables
              .store()
              .read(tx -> tables.archived.keys(tx, Scan.prefix(prefix).limit(CHUNK)))
              .stream()
              .filter(key -> time == null || key.substring(prefix.length()).compareTo(time) < 0)
              .toList();
      if (keys.isEmpty() || !delete(archive, keys, time == null)) {
        return;
      }
    }
  }

  /** Deletes events; none, where they are to be orphans and are not. */
  private boolean delete(String archive, List<String> keys, boolean orphans) {
    return tables
        .store()
        .write(
            tx -> {
              if (orphans && tables.archives.contains(tx, archive)) {
                return false;
              }
              long bytes = 0;
              long count = 0;
              for (var key : keys) {
                var event = tables.archived.get(tx, key);
                if (event != null) {
                  bytes += ArchivedEvents.size(key, event);
                  count++;
                  tables.archived.delete(tx, key);
                }
              }
              if (orphans) {
                tables.archiveSizes.delete(tx, archive);
                return true;
              }
              long fewerBytes = bytes;
              long fewer = count;
              tables.archiveSizes.update(
                  tx,
                  archive,
                  size ->
                      new EventTables.ArchiveSize(
                          Math.max(0, size.events() - fewer),
                          Math.max(0, size.bytes() - fewerBytes)));
              return true;
            });
  }
}
