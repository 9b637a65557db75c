package dev.bulwark.state;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Small bytes in files that are only appended to. Whoever has something to keep gets its place at
 * once; a thread writes what has come together meanwhile and makes it durable with one sync. A row
 * that refers to a place is committed after that. How much of each pack rows refer to is counted in
 * the same transactions, so a start need not look at what is in the packs: it cuts them off where
 * the last commit ended, and deletes those that nothing refers to.
 */
final class Packs implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Packs.class.getName());

  private final Path folder;
  private final Map<Integer, Pack> packs = new ConcurrentHashMap<>();

  /** Cleared out and deleted by this process: what was there is elsewhere now, or gone. */
  private final Set<Integer> retired = ConcurrentHashMap.newKeySet();

  /** Packs without a file. */
  private final Map<Integer, PackUse> lost = new ConcurrentHashMap<>();

  private final PackWriter writer;

  private Packs(Path folder, boolean durable, int full, SqlConnection connection)
      throws IOException {
    this.folder = folder;
    try {
      int next = load(connection);
      this.writer = new PackWriter(folder, durable, full, packs, next);
    } catch (IOException | RuntimeException e) {
      packs.values().forEach(Packs::closeQuietly);
      throw e;
    }
  }

  /**
   * Opens the packs of a store as its last commit left them.
   *
   * @param full the length at which a pack is followed by the next
   */
  static Packs open(Path folder, boolean durable, int full, SqlConnection connection) {
    try {
      if (!Files.isDirectory(folder)) {
        Files.createDirectory(folder);
      }
      var packs = new Packs(folder, durable, full, connection);
      packs.writer.start();
      return packs;
    } catch (IOException e) {
      throw DataFolder.translate("The folder " + folder + " cannot be used", e, "");
    }
  }

  /** Returns the number of the pack to come. */
  private int load(SqlConnection connection) throws IOException {
    var files = new HashMap<Integer, Path>();
    try (var listed = Files.newDirectoryStream(folder)) {
      for (var file : listed) {
        files.put(PackFormat.number(file.getFileName().toString()), file);
      }
    }
    files.remove(0);
    int next = 1 + files.keySet().stream().mapToInt(n -> n).max().orElse(0);
    var uses =
        connection.query(
            Sql.PACKS, row -> new PackUse(row.getInt(1), row.getLong(2), row.getInt(3)));
    for (var use : uses) {
      next = Math.max(next, use.pack() + 1);
      if (use.live() == 0) {
        connection.update(Sql.DELETE_PACK, use.pack());
        continue;
      }
      var file = files.remove(use.pack());
      if (file == null) {
        LOG.log(
            System.Logger.Level.ERROR,
            "{0} is missing, with {1} bytes that are still referred to",
            PackFormat.name(use.pack()),
            use.live());
        lost.put(use.pack(), use);
      } else {
        packs.put(use.pack(), Pack.open(file, use.pack(), use.end(), use.live()));
      }
    }
    for (var file : files.values()) {
      Files.delete(file);
    }
    return next;
  }

  private static void closeQuietly(Pack pack) {
    try {
      pack.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A pack cannot be closed", e);
    }
  }

  /** Takes a record in: see {@link PackWriter#append}. */
  PackBatch append(byte[] owner, byte[] content, Consumer<PackRef> located) {
    return writer.append(owner, content, located);
  }

  /** Refuses to let packs grow beyond a length, as if the disk were full. */
  void limit(int length) {
    writer.limit(length);
  }

  // Reading.

  /**
   * The bytes of a place.
   *
   * @throws StoreException NOT_FOUND if they are not there any more, CORRUPT if they are not what
   *     was written
   */
  byte[] read(PackRef ref) {
    var pack = packs.get(ref.pack());
    if (pack == null) {
      if (retired.contains(ref.pack())) {
        throw moved(ref);
      }
      throw new StoreException(
          StoreException.Kind.CORRUPT, PackFormat.name(ref.pack()) + " is missing");
    }
    try {
      return pack.read(ref);
    } catch (ClosedChannelException e) {
      throw moved(ref);
    } catch (IOException e) {
      throw DataFolder.translate(ref + " cannot be read", e, "");
    }
  }

  private static StoreException moved(PackRef ref) {
    return new StoreException(StoreException.Kind.NOT_FOUND, ref + " has moved");
  }

  // Keeping count.

  /** Whether what is new may not refer to a pack. */
  boolean isClosing(int number) {
    var pack = packs.get(number);
    return pack == null || pack.isClosing();
  }

  /** What rows say of a pack, as of the last commit. */
  PackUse use(int number) {
    var pack = packs.get(number);
    return pack != null
        ? new PackUse(number, pack.live(), pack.end())
        : lost.getOrDefault(number, new PackUse(number, 0, PackFormat.FILE_HEAD));
  }

  /** Takes over what a commit left. */
  void committed(PackUse use) {
    var pack = packs.get(use.pack());
    if (pack != null) {
      pack.committed(use);
    } else {
      lost.computeIfPresent(use.pack(), (number, before) -> use);
    }
  }

  /** All packs that are there. */
  Collection<Pack> all() {
    return packs.values();
  }

  /** Packs that rows refer to and that are not there. */
  Collection<PackUse> lost() {
    return lost.values().stream().filter(use -> use.live() > 0).toList();
  }

  /** The pack that is written to; null where the next one is not made yet. */
  @Nullable Pack active() {
    return writer.active();
  }

  /** Has what comes next go elsewhere. */
  void leave(Pack pack) {
    writer.leave(pack);
  }

  /** Deletes a pack that no row refers to any more, durably. */
  void retire(Pack pack) throws IOException {
    retired.add(pack.number());
    packs.remove(pack.number());
    pack.delete();
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    writer.close();
    packs.values().forEach(Packs::closeQuietly);
  }
}
