package dev.bulwark.storage.s3;

import dev.bulwark.state.BlobId;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Tells the blobs of objects from what an interrupted run left. */
final class KnownBlobs {
  private final Store store;
  private final S3Tables tables;

  KnownBlobs(Store store, S3Tables tables) {
    this.store = store;
    this.tables = tables;
  }

  /** Deletes the blobs that nothing refers to; nothing may be written meanwhile. */
  void sweep(BlobStore blobs) {
    var unknown = new HashSet<String>();
    blobs.sweep(
        id -> {
          if (!isKnown(id)) {
            unknown.add(id.value());
          }
          return true;
        });
    if (unknown.isEmpty()) {
      return;
    }
    // Replicas in parts once came without their blobs' rows.
    var parts = store.read(tx -> partsAmong(tx, unknown));
    if (!parts.isEmpty()) {
      store.run(tx -> parts.forEach((id, row) -> tables.blobs.put(tx, id, row)));
    }
    blobs.sweep(this::isKnown);
  }

  private boolean isKnown(BlobId id) {
    return tables.blobs.get(id.value()) != null;
  }

  /** By blob, the rows of the objects whose parts they are. */
  private Map<String, String> partsAmong(ReadTx tx, Set<String> ids) {
    var found = new HashMap<String, String>();
    tables.contents.forEach(
        tx,
        Scan.all(),
        entry -> {
          var object = tables.objects.get(tx, entry.key());
          var version = object != null ? object : tables.versions.get(tx, entry.key());
          if (version != null && version.content() instanceof Content.Parts) {
            for (var part : PartList.ofBytes(entry.value()).parts()) {
              if (ids.contains(part.blobId())) {
                found.put(part.blobId(), entry.key());
              }
            }
          }
        });
    return found;
  }
}
