package dev.bulwark.state;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Large immutable bytes, each blob a file of its own. A blob is visible in full and durable, or not
 * at all; reading verifies every block that it touches. The row that refers to a blob is written
 * after the blob is committed, and deleted before it; what a crash leaves between is removed by
 * {@link #sweep}.
 */
public final class BlobStore {

  private final Path folder;
  private final Path incoming;
  private final boolean durable;

  private BlobStore(Path folder, boolean durable) {
    this.folder = folder;
    this.incoming = folder.resolve("incoming");
    this.durable = durable;
  }

  /**
   * The blob store in {@code folder}; one process at a time. Unfinished blobs of an earlier one are
   * removed.
   */
  public static BlobStore open(Path folder) {
    return open(folder, true);
  }

  /** The blob store of a {@link Store}'s data folder; as durable as that store. */
  public static BlobStore of(Store store) {
    return open(store.directory().resolve("blobs"), store.isDurable());
  }

  private static BlobStore open(Path folder, boolean durable) {
    var store = new BlobStore(folder, durable);
    try {
      Files.createDirectories(store.incoming);
      try (var parts = Files.newDirectoryStream(store.incoming)) {
        for (var part : parts) {
          Files.delete(part);
        }
      }
      return store;
    } catch (IOException e) {
      throw DataFolder.translate("The blob folder " + folder + " cannot be used", e, "");
    }
  }

  /** Starts a new blob. The writer is to be closed, whether committed or not. */
  public BlobWriter create() {
    return BlobWriter.create(this, incoming, BlobId.random());
  }

  /**
   * Opens a blob for reading {@code length} bytes from {@code offset}; fewer where it ends before.
   *
   * @return a stream that throws {@link StoreException} CORRUPT where the file is not what was
   *     written
   * @throws StoreException NOT_FOUND if there is no such blob, CORRUPT if its end is damaged
   */
  public InputStream open(BlobId id, long offset, long length) {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException("A blob has no bytes before its first");
    }
    return BlobInput.open(file(id), id, offset, length);
  }

  /** Opens a blob for reading all of it. */
  public InputStream open(BlobId id) {
    return open(id, 0, Long.MAX_VALUE);
  }

  /** Whether there is such a blob. */
  public boolean exists(BlobId id) {
    return Files.exists(file(id));
  }

  /** Deletes a blob, if it exists; those who read it go on reading. */
  public void delete(BlobId id) {
    try {
      Files.deleteIfExists(file(id));
    } catch (IOException e) {
      throw DataFolder.translate("The blob " + id + " cannot be deleted", e, "");
    }
  }

  /**
   * Deletes every blob that is not referred to, and returns how many. To be run at start, before
   * blobs are made: one that is committed but whose row is still on its way would be taken for an
   * orphan.
   */
  public long sweep(Predicate<BlobId> referenced) {
    long deleted = 0;
    try (var shards = Files.newDirectoryStream(folder, "[0-9a-f][0-9a-f]")) {
      for (var shard : shards) {
        try (var files = Files.newDirectoryStream(shard)) {
          for (var file : files) {
            var name = file.getFileName().toString();
            if (BlobId.isValid(name) && !referenced.test(new BlobId(name))) {
              Files.deleteIfExists(file);
              deleted++;
            }
          }
        }
      }
      return deleted;
    } catch (IOException e) {
      throw DataFolder.translate("The blob folder " + folder + " cannot be swept", e, "");
    }
  }

  /**
   * Compares all blobs with their checksums.
   *
   * @param problem is told of each that is not what was written
   */
  public void scrub(Pace pace, Consumer<String> problem) throws InterruptedException {
    var ids = new ArrayList<BlobId>();
    for (var shard : list(folder, "[0-9a-f][0-9a-f]")) {
      ids.clear();
      list(shard, "*").stream()
          .map(file -> file.getFileName().toString())
          .filter(BlobId::isValid)
          .forEach(name -> ids.add(new BlobId(name)));
      for (var id : ids) {
        try {
          scrub(id, pace);
        } catch (StoreException e) {
          if (e.kind() != StoreException.Kind.NOT_FOUND) {
            problem.accept(String.valueOf(e.getMessage()));
          }
        }
      }
    }
  }

  private void scrub(BlobId id, Pace pace) throws InterruptedException {
    var buffer = new byte[BlobFormat.BLOCK];
    try (var in = open(id)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        pace.spent(read);
      }
    } catch (IOException e) {
      throw DataFolder.translate("The blob " + id + " cannot be read", e, "");
    }
  }

  private static List<Path> list(Path folder, String pattern) {
    var files = new ArrayList<Path>();
    try (var listed = Files.newDirectoryStream(folder, pattern)) {
      listed.forEach(files::add);
      return files;
    } catch (IOException e) {
      throw DataFolder.translate("The blob folder " + folder + " cannot be read", e, "");
    }
  }

  boolean isDurable() {
    return durable;
  }

  /** Makes a finished file the blob of its id, durably. */
  void publish(Path finished, BlobId id) throws IOException {
    var shard = shard(id);
    if (!Files.isDirectory(shard)) {
      try {
        Files.createDirectory(shard);
      } catch (FileAlreadyExistsException e) {
        // Another blob's writer was first. The folder may not be durable yet, so both see to that.
      }
      if (durable) {
        syncFolder(folder);
      }
    }
    Files.move(finished, file(id), StandardCopyOption.ATOMIC_MOVE);
    if (durable) {
      syncFolder(shard);
    }
  }

  private Path file(BlobId id) {
    return shard(id).resolve(id.value());
  }

  private Path shard(BlobId id) {
    return folder.resolve(id.value().substring(0, 2));
  }

  static StoreException missing(BlobId id, Throwable cause) {
    return new StoreException(StoreException.Kind.NOT_FOUND, "There is no blob " + id, cause);
  }

  /** Makes names in a folder durable. */
  static void syncFolder(Path folder) throws IOException {
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
