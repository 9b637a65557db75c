package dev.bulwark.state;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The column of a table that holds what lies beside its rows, and whose records in packs are. */
final class Attachments {

  /** What a row without bytes beside it holds. */
  private static final byte[] NONE = {};

  private final Packs packs;
  private final String table;
  private final String select;
  private final byte[] ownerPrefix;

  Attachments(Packs packs, String table) {
    this.packs = packs;
    this.table = table;
    this.select = Sql.attachment(table);
    this.ownerPrefix = (table + '\0').getBytes(StandardCharsets.US_ASCII);
  }

  /** The table of a record in a pack. */
  static String tableOf(byte[] owner) {
    for (int i = 0; i < owner.length; i++) {
      if (owner[i] == 0) {
        var table = new String(owner, 0, i, StandardCharsets.US_ASCII);
        TableSpec.requireName(table);
        return table;
      }
    }
    throw new IllegalArgumentException("A record without a table");
  }

  /** The key of the row of a record in a pack. */
  static byte[] keyOf(byte[] owner, String table) {
    return Arrays.copyOfRange(owner, table.length() + 1, owner.length);
  }

  private byte[] owner(byte[] key) {
    var owner = Arrays.copyOf(ownerPrefix, ownerPrefix.length + key.length);
    System.arraycopy(key, 0, owner, ownerPrefix.length, key.length);
    return owner;
  }

  Attachment attach(byte[] key, byte[] content) {
    return Attachment.of(packs, owner(key), content);
  }

  @Nullable Attachment ofColumn(byte @Nullable [] column) {
    return Attachment.ofColumn(packs, column);
  }

  /** What the row is to hold; the transaction is durable only with it. */
  byte[] use(WriteTx tx, byte[] key, @Nullable Attachment attachment) {
    if (attachment == null) {
      return NONE;
    }
    var column = attachment.column();
    var ref = Attachment.ref(column);
    if (ref != null) {
      ((Transaction) tx).uses(ref, size(key, ref), attachment.batch());
    }
    return column;
  }

  /** The row is about to be replaced or deleted. */
  void release(WriteTx tx, byte[] key) {
    var transaction = (Transaction) tx;
    var known = transaction.lastRead(this, key);
    var column =
        known != null
            ? known
            : Transaction.connection(tx).first(select, row -> orNone(row.getBytes(1)), key);
    release(transaction, key, column);
  }

  private void release(Transaction tx, byte[] key, byte @Nullable [] column) {
    var ref = Attachment.ref(column);
    if (ref != null) {
      tx.releases(ref, size(key, ref));
    }
  }

  /** All rows from one key to another are about to be deleted. */
  void releaseRange(WriteTx tx, byte[] from, byte[] to) {
    Transaction.connection(tx)
        .query(
            Sql.attachments(table),
            row -> {
              var key = row.getBytes(1);
              release((Transaction) tx, key, row.getBytes(2));
              return 1;
            },
            from,
            to);
  }

  /** Remembers what a row holds, since it is often replaced right after it was read. */
  void read(ReadTx tx, byte[] key, byte @Nullable [] column) {
    ((Transaction) tx).read(this, key, orNone(column));
  }

  /** A row whose bytes lie elsewhere in the packs now: changes it if it still refers to the old. */
  boolean move(WriteTx tx, byte[] key, PackRef from, Attachment moved) {
    var column = Transaction.connection(tx).first(select, row -> row.getBytes(1), key);
    if (!from.equals(Attachment.ref(column))) {
      return false;
    }
    ((Transaction) tx).releases(from, size(key, from));
    Transaction.update(tx, Sql.setAttachment(table), use(tx, key, moved), key);
    return true;
  }

  /** Whether a row refers to a place. */
  boolean refers(ReadTx tx, byte[] key, PackRef ref) {
    var column = Transaction.connection(tx).first(select, row -> row.getBytes(1), key);
    return ref.equals(Attachment.ref(column));
  }

  private int size(byte[] key, PackRef ref) {
    return PackFormat.HEAD + ownerPrefix.length + key.length + ref.length();
  }

  private static byte[] orNone(byte @Nullable [] column) {
    return column == null ? NONE : column;
  }
}
