package dev.bulwark.state;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Records that are written to one pack, one after the other, and made durable together. */
final class PackBatch {

  private final Pack pack;
  private final int start;
  private final List<byte[]> bytes = new ArrayList<>();
  private final CompletableFuture<Boolean> durable = new CompletableFuture<>();
  private int size;

  PackBatch(Pack pack, int start) {
    this.pack = pack;
    this.start = start;
  }

  Pack pack() {
    return pack;
  }

  int start() {
    return start;
  }

  int end() {
    return start + size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** What is to be written, in order. */
  List<byte[]> bytes() {
    return bytes;
  }

  void add(byte[] head, byte[] content) {
    bytes.add(head);
    bytes.add(content);
    size += head.length + content.length;
  }

  void succeeded() {
    durable.complete(true);
  }

  void failed(StoreException failure) {
    durable.completeExceptionally(failure);
  }

  /** Waits until it is durable; returns why it is not to be. */
  @Nullable StoreException await() {
    try {
      durable.join();
      return null;
    } catch (CompletionException e) {
      return e.getCause() instanceof StoreException failure
          ? failure
          : new StoreException(StoreException.Kind.IO, "A pack cannot be written", e.getCause());
    }
  }
}
