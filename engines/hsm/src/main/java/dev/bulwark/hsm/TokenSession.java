package dev.bulwark.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A session with a token that is logged in to; what it allocates goes with its arena. */
record TokenSession(Pkcs11 library, long id, Arena arena) {
  private static final int MOST_FOUND = 8192;

  /** Objects with those attributes. */
  long[] find(Object... typesAndValues) {
    var template = Pkcs11.attributes(arena, typesAndValues);
    library.call("C_FindObjectsInit", id, template, template.byteSize() / 24);
    var found = arena.allocate(JAVA_LONG, MOST_FOUND);
    var count = arena.allocate(JAVA_LONG);
    try {
      library.call("C_FindObjects", id, found, (long) MOST_FOUND, count);
    } finally {
      library.ask("C_FindObjectsFinal", id);
    }
    return found.asSlice(0, count.get(JAVA_LONG, 0) * 8).toArray(JAVA_LONG);
  }

  /**
   * An attribute of an object.
   *
   * @throws HsmException REFUSED where it is a secret
   */
  byte[] read(long object, long attribute) {
    var value = arena.allocate(1024);
    var template = arena.allocate(24, 8);
    template.setAtIndex(JAVA_LONG, 0, attribute);
    template.setAtIndex(ADDRESS, 1, value);
    template.setAtIndex(JAVA_LONG, 2, value.byteSize());
    long answer = library.ask("C_GetAttributeValue", id, object, template, 1L);
    if (answer == Ck.ATTRIBUTE_SENSITIVE) {
      throw new HsmException(Kind.REFUSED, "The key cannot be extracted");
    }
    if (answer != Ck.OK) {
      throw Pkcs11.failure("C_GetAttributeValue", answer);
    }
    return value.asSlice(0, template.getAtIndex(JAVA_LONG, 2)).toArray(JAVA_BYTE);
  }

  long readNumber(long object, long attribute) {
    return MemorySegment.ofArray(read(object, attribute)).get(JAVA_LONG.withByteAlignment(1), 0);
  }

  /** Makes one key, or unwraps one, and returns its handle. */
  long make(String function, Object... arguments) {
    var handle = arena.allocate(JAVA_LONG);
    var all = new Object[arguments.length + 1];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = handle;
    library.call(function, all);
    return handle.get(JAVA_LONG, 0);
  }

  /**
   * Encrypts, decrypts, signs: what takes bytes under a key and returns bytes. Both copies of them
   * are wiped.
   *
   * @param function without C_, such as Encrypt
   * @param most how long the result can be
   * @throws HsmException BAD_DATA where the input is not what the key takes
   */
  byte[] apply(String function, MemorySegment mechanism, long key, byte[] input, int most) {
    library.call("C_" + function + "Init", id, mechanism, key);
    var in = copy(input);
    var out = arena.allocate(Math.max(1, most));
    var length = arena.allocateFrom(JAVA_LONG, out.byteSize());
    try {
      long answer = library.ask("C_" + function, id, in, (long) input.length, out, length);
      if (answer == Ck.OK) {
        return out.asSlice(0, length.get(JAVA_LONG, 0)).toArray(JAVA_BYTE);
      }
      if (isBadData(answer) || (function.equals("Decrypt") && answer == Ck.GENERAL_ERROR)) {
        throw new HsmException(Kind.BAD_DATA, "The data is not what this key takes");
      }
      throw Pkcs11.failure("C_" + function, answer);
    } finally {
      in.fill((byte) 0);
      out.fill((byte) 0);
    }
  }

  private static boolean isBadData(long answer) {
    return answer == Ck.DATA_INVALID
        || answer == Ck.DATA_LEN_RANGE
        || answer == Ck.ENCRYPTED_DATA_INVALID
        || answer == Ck.ENCRYPTED_DATA_LEN_RANGE;
  }

  /** Whether a signature is right. */
  boolean verify(MemorySegment mechanism, long key, byte[] data, byte[] signature) {
    library.call("C_VerifyInit", id, mechanism, key);
    long answer =
        library.ask(
            "C_Verify",
            id,
            copy(data),
            (long) data.length,
            copy(signature),
            (long) signature.length);
    if (answer != Ck.OK && answer != Ck.SIGNATURE_INVALID && answer != Ck.SIGNATURE_LEN_RANGE) {
      throw Pkcs11.failure("C_Verify", answer);
    }
    return answer == Ck.OK;
  }

  /** A copy that is never empty, since empty segments have no address of their own. */
  private MemorySegment copy(byte[] bytes) {
    var copy = arena.allocate(Math.max(1, bytes.length));
    MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
    return copy;
  }
}
