package dev.bulwark.state;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Compares every record of a pack with its checksums. */
final class PackScrub {

  private PackScrub() {}

  static void of(Pack pack, Pace pace, Consumer<String> problem) throws InterruptedException {
    int last = pack.end();
    try {
      for (int at = PackFormat.FILE_HEAD; at < last; ) {
        var head = pack.head(at, last);
        try {
          pack.read(head.ref());
        } catch (StoreException e) {
          problem.accept(e.getMessage() + ", in " + owner(head.owner()));
        }
        pace.spent(head.ref().end() - at);
        at = head.ref().end();
      }
    } catch (StoreException e) {
      // Without its head, where the next one begins is not known.
      problem.accept(String.valueOf(e.getMessage()));
    } catch (ClosedChannelException e) {
      // It was cleared out meanwhile.
    } catch (IOException e) {
      problem.accept(PackFormat.name(pack.number()) + " cannot be read: " + e.getMessage());
    }
  }

  private static String owner(byte[] owner) {
    return new String(owner, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", "/");
  }
}
