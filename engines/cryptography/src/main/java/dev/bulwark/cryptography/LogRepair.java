package dev.bulwark.cryptography;

import dev.bulwark.cryptography.CryptographyException.Reason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks at both copies of the key log before it is used. A torn end that no caller was told of is
 * cut off; what is damaged in one copy comes from the other; what is damaged in both stops the
 * start, and is named. Checksums need no key, so that this works on a sealed vault too.
 */
final class LogRepair {

  /**
   * A sound log.
   *
   * @param end where the next record goes
   * @param sequence of the last record
   * @param index what tells of the first records, not proven yet
   * @param findings what was found and done, for people
   */
  record Result(
      Path file,
      Path mirror,
      LogHeader header,
      long end,
      long sequence,
      @Nullable LogIndex index,
      List<String> findings) {}

  private final Path file;
  private final Path mirror;
  private final boolean change;
  private final boolean durable;
  private final List<String> findings = new ArrayList<>();

  private LogRepair(Path file, Path mirror, boolean change, boolean durable) {
    this.file = file;
    this.mirror = mirror;
    this.change = change;
    this.durable = durable;
  }

  /**
   * Examines both copies.
   *
   * @param change whether to restore what can be restored, or only to tell
   * @return nothing where there is no log yet
   * @throws CryptographyException DAMAGED with what is damaged, where nothing can restore it
   */
  static Optional<Result> examine(Path file, Path mirror, boolean change, boolean durable) {
    if (!Files.exists(file) && !Files.exists(mirror)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new LogRepair(file, mirror, change, durable).run());
    } catch (IOException e) {
      throw new CryptographyException(Reason.DAMAGED, file + " cannot be read", e);
    }
  }

  private Result run() throws IOException {
    try (var arena = Arena.ofConfined()) {
      var first = map(file, arena);
      var second = map(mirror, arena);
      var header = header(first);
      var mirrored = header(second);
      if (header == null && mirrored == null) {
        throw new CryptographyException(
            Reason.DAMAGED,
            "the beginnings of %s and of its mirror %s are both damaged: put one of them back from a backup"
                .formatted(file, mirror));
      }
      if (header != null && mirrored != null && !header.equals(mirrored)) {
        // A rewrite replaces one file after the other: the one that it reached is complete.
        boolean newer = header.base() >= mirrored.base();
        findings.add((newer ? mirror : file) + " is of before a rewrite; it is replaced");
        return merge(newer ? header : mirrored, newer ? first : second, MemorySegment.NULL, newer);
      }
      if (header == null || mirrored == null) {
        var lost = header == null ? file : mirror;
        findings.add(
            lost
                + (Files.exists(lost) ? " has no sound beginning" : " is missing")
                + "; it is restored from the other copy");
      }
      return header == null
          ? merge(Objects.requireNonNull(mirrored), MemorySegment.NULL, second, false)
          : merge(header, first, mirrored == null ? MemorySegment.NULL : second, true);
    }
  }

  private static MemorySegment map(Path path, Arena arena) throws IOException {
    if (!Files.exists(path) || Files.size(path) == 0) {
      return MemorySegment.NULL;
    }
    try (var channel = FileChannel.open(path)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private static @Nullable LogHeader header(MemorySegment copy) {
    return copy.byteSize() < LogHeader.LENGTH
        ? null
        : LogHeader.decode(copy.asSlice(0, LogHeader.LENGTH).toArray(ValueLayout.JAVA_BYTE));
  }

  /** A record, and which copies have it with its checksum. */
  private record Found(Frame frame, boolean inFirst, boolean inSecond) {}

  /** Takes each record from the copy that has it. */
  private Result merge(
      LogHeader header, MemorySegment first, MemorySegment second, boolean firstLeads)
      throws IOException {
    boolean equal = first.byteSize() == second.byteSize() && first.mismatch(second) < 0;
    var records = new ArrayList<Found>();
    var index = equal ? LogIndex.find(file, header, first) : null;
    long at = index == null ? LogHeader.LENGTH : index.end();
    long number = index == null ? header.base() : index.sequence();
    while (true) {
      var frame = Frame.find(first, at, number + 1);
      var mirrored = equal ? frame : Frame.find(second, at, number + 1);
      var found = frame == null ? mirrored : frame;
      if (found == null) {
        break;
      }
      if (!equal) {
        records.add(new Found(found, frame != null, mirrored != null));
      }
      number++;
      at += found.length();
    }
    requireEnd(first, second, at, number, firstLeads);
    if (!equal || at != first.byteSize()) {
      describe(records, first.byteSize() - at);
      if (change) {
        // Where both have a record with its checksum and differ, only the root key can tell which
        // one is right: each keeps its own until then.
        restore(file, header, first, Found::inFirst, second, records);
        restore(mirror, header, second, Found::inSecond, first, records);
      }
    }
    return new Result(file, mirror, header, at, number, index, List.copyOf(findings));
  }

  /**
   * Where neither copy has a next record, there is none, or its bytes are damaged. A record is
   * written to the mirror only once the file has it: so leftovers in the file alone are an append
   * that a crash interrupted.
   */
  private void requireEnd(
      MemorySegment first, MemorySegment second, long at, long number, boolean firstLeads) {
    boolean moreInFirst = first.byteSize() > at;
    boolean moreInSecond = second.byteSize() > at;
    boolean torn = moreInFirst && !moreInSecond && firstLeads;
    if (!torn && (moreInFirst || moreInSecond)) {
      throw KeyLog.damaged(new Frame(at, 0, number + 1), file);
    }
  }

  private void describe(List<Found> records, long leftover) {
    var fromMirror = records.stream().filter(found -> !found.inFirst()).toList();
    fromMirror.stream()
        .limit(10)
        .forEach(
            found ->
                findings.add(
                    "record %d at byte %d of %s is damaged or missing; its mirror has it"
                        .formatted(found.frame().sequence(), found.frame().offset(), file)));
    if (fromMirror.size() > 10) {
      findings.add("%d more records come from the mirror".formatted(fromMirror.size() - 10));
    }
    var fromFile = records.stream().filter(found -> !found.inSecond()).toList();
    if (!fromFile.isEmpty()) {
      findings.add(
          "%d records of the mirror %s are damaged or missing, from byte %d on; the file has them"
              .formatted(fromFile.size(), mirror, fromFile.getFirst().frame().offset()));
    }
    if (fromMirror.isEmpty() && leftover > 0) {
      findings.add(
          "the end of %s, %d bytes of an append that was interrupted, is cut off"
              .formatted(file, leftover));
    }
    if (findings.isEmpty()) {
      findings.add(
          "%s and its mirror %s differ; the root key will tell which one is right"
              .formatted(file, mirror));
    }
  }

  private void restore(
      Path target,
      LogHeader header,
      MemorySegment own,
      Predicate<Found> ownIsSound,
      MemorySegment other,
      List<Found> records)
      throws IOException {
    DurableFiles.replace(
        target,
        durable,
        out -> {
          DurableFiles.writeFully(out, header.encode());
          for (var found : records) {
            var frame = found.frame();
            var source = ownIsSound.test(found) ? own : other;
            DurableFiles.writeFully(
                out, source.asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE));
          }
        });
  }
}
