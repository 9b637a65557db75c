package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.BatchResultErrorEntry;
import dev.bulwark.schema.ApiException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What all batches have in common: entries that succeed and fail by themselves. */
final class Batches {
  private static final int MOST_ENTRIES = 10;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  /** Entries with what became of them. */
  record Outcome<E, R>(List<Done<E, R>> done, List<BatchResultErrorEntry> failed) {}

  /** An entry that went through. */
  record Done<E, R>(E entry, R result) {}

  private Batches() {}

  /**
   * Checks the entries of a batch.
   *
   * @throws ApiException where it cannot be served as a whole
   */
  static <E> void check(List<E> entries, String entry, Function<E, String> id) {
    if (entries.isEmpty()) {
      throw SqsErrors.emptyBatch(entry);
    }
    if (entries.size() > MOST_ENTRIES) {
      throw SqsErrors.tooManyEntries(entries.size());
    }
    var ids = new HashSet<String>();
    for (var one : entries) {
      if (!ID.matcher(id.apply(one)).matches()) {
        throw SqsErrors.invalidEntryId();
      }
      if (!ids.add(id.apply(one))) {
        throw SqsErrors.idsNotDistinct(id.apply(one));
      }
    }
  }

  /** Does something with each entry by itself. */
  static <E, R> Outcome<E, R> each(List<E> entries, Function<E, String> id, Function<E, R> work) {
    var done = new ArrayList<Done<E, R>>(entries.size());
    var failed = new ArrayList<BatchResultErrorEntry>(0);
    for (var entry : entries) {
      try {
        done.add(new Done<>(entry, work.apply(entry)));
      } catch (ApiException e) {
        failed.add(
            BatchResultErrorEntry.builder()
                .id(id.apply(entry))
                .senderFault(e.httpStatus() < 500)
                .code(e.code())
                .message(e.getMessage())
                .build());
      }
    }
    return new Outcome<>(done, failed);
  }

  /** What to answer for the entries that went through. */
  static <E, R, A> List<A> answers(Outcome<E, R> outcome, BiFunction<E, R, A> answer) {
    return outcome.done().stream().map(one -> answer.apply(one.entry(), one.result())).toList();
  }
}
