package dev.bulwark.hsm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** Tokens as a PKCS#11 library shows them, by the slots that they are in. */
final class Slots {
  private Slots() {}

  static long openSession(Pkcs11 library, long slot, Arena arena) {
    var session = arena.allocate(JAVA_LONG);
    library.call(
        "C_OpenSession",
        slot,
        Ck.SERIAL_SESSION | Ck.RW_SESSION,
        MemorySegment.NULL,
        MemorySegment.NULL,
        session);
    return session.get(JAVA_LONG, 0);
  }

  /** Finds a token by its name. */
  static long of(Pkcs11 library, String label, Arena arena) {
    for (long slot : all(library, arena)) {
      if (label.equals(info(library, slot, arena).label())) {
        return slot;
      }
    }
    throw new HsmException(Kind.NOT_FOUND, "There is no such token");
  }

  static long[] all(Pkcs11 library, Arena arena) {
    var count = arena.allocate(JAVA_LONG);
    library.call("C_GetSlotList", (byte) 1, MemorySegment.NULL, count);
    var list = arena.allocate(JAVA_LONG, count.get(JAVA_LONG, 0));
    library.call("C_GetSlotList", (byte) 1, list, count);
    return list.asSlice(0, count.get(JAVA_LONG, 0) * 8).toArray(JAVA_LONG);
  }

  record Info(String label, String serial, boolean initialized) {}

  static Info info(Pkcs11 library, long slot, Arena arena) {
    var info = arena.allocate(208, 8);
    library.call("C_GetTokenInfo", slot, info);
    return new Info(
        text(info, 0, SoftHsm.LABEL),
        text(info, 80, 16),
        (info.get(JAVA_LONG, 96) & Ck.TOKEN_INITIALIZED) != 0);
  }

  private static String text(MemorySegment from, long offset, long length) {
    return new String(from.asSlice(offset, length).toArray(JAVA_BYTE), StandardCharsets.US_ASCII)
        .stripTrailing();
  }
}
