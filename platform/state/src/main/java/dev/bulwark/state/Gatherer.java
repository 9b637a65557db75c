package dev.bulwark.state;

import java.util.List;
import java.util.function.BiConsumer;

/**
 * Collects what the functions of one group of writes leave behind, to be written together in the
 * transaction of the group: so that what every write leaves costs it a share of a row. Made by
 * {@link Store#gatherer}.
 */
public final class Gatherer<E> {

  private final BiConsumer<WriteTx, List<E>> write;

  Gatherer(BiConsumer<WriteTx, List<E>> write) {
    this.write = write;
  }

  /** Adds what becomes durable with the transaction, or is gone with it. */
  public void add(WriteTx tx, E element) {
    Transaction.gather(tx, this, element);
  }

  @SuppressWarnings("unchecked") // all were added by the method above
  void write(WriteTx tx, List<?> elements) {
    write.accept(tx, (List<E>) elements);
  }
}
