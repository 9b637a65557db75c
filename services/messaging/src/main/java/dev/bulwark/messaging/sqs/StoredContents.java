package dev.bulwark.messaging.sqs;

import dev.bulwark.state.StoreException;
import org.jspecify.annotations.Nullable;

/** A message with its sealed contents, as the store has them. */
record StoredContents(MessageRecord record, byte[] sealed) {
  private static final int ATTEMPTS = 5;

  /** Reads a message; null where it is gone. */
  static @Nullable StoredContents read(SqsTables tables, String key) {
    for (int attempt = 1; ; attempt++) {
      var row = tables.messages.attached(key);
      if (row == null || row.attachment() == null) {
        return null;
      }
      try {
        return new StoredContents(row.value(), row.attachment().read());
      } catch (StoreException e) {
        // Its pack was cleared out between the two reads: it lies elsewhere now.
        if (e.kind() != StoreException.Kind.NOT_FOUND || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
