package dev.bulwark.hsm;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.bulwark.hsm.HsmException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The functions of a PKCS#11 library that are used here, through Java's foreign functions, in the
 * memory layout of 64-bit Unix. A function that does not answer CKR_OK throws.
 */
final class Pkcs11 {
  private static final Linker LINKER = Linker.nativeLinker();

  private final SymbolLookup symbols;
  private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();

  /**
   * Loads a library.
   *
   * @throws HsmException FAILED where it is none
   */
  Pkcs11(Path library) {
    try {
      symbols = SymbolLookup.libraryLookup(library, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new HsmException(Kind.FAILED, "The PKCS#11 module " + library + " cannot be loaded", e);
    }
  }

  /** Starts the library, for many threads. */
  void initialize() {
    try (var arena = Arena.ofConfined()) {
      var arguments = arena.allocate(48, 8);
      arguments.setAtIndex(JAVA_LONG, 4, Ck.OS_LOCKING_OK);
      call("C_Initialize", arguments);
    }
  }

  /**
   * Sets a variable in the environment that native code of this process sees.
   *
   * @param value null to take the variable away
   */
  static void setEnvironment(String name, @Nullable String value) {
    try (var arena = Arena.ofConfined()) {
      int failed =
          value == null
              ? (int)
                  ofSystem("unsetenv", FunctionDescriptor.of(JAVA_INT, ADDRESS))
                      .invokeExact(arena.allocateFrom(name))
              : (int)
                  ofSystem("setenv", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
                      .invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
      if (failed != 0) {
        throw new HsmException(Kind.FAILED, "The environment of this process cannot be changed");
      }
    } catch (HsmException e) {
      throw e;
    } catch (Throwable e) {
      throw new HsmException(Kind.FAILED, "The environment of this process cannot be changed", e);
    }
  }

  /** Has the disks keep what any library has written. */
  static void syncDisks() {
    try {
      ofSystem("sync", FunctionDescriptor.ofVoid()).invokeExact();
    } catch (Throwable e) {
      throw new HsmException(Kind.FAILED, "The disks cannot be synced", e);
    }
  }

  private static MethodHandle ofSystem(String function, FunctionDescriptor type) {
    return LINKER.downcallHandle(LINKER.defaultLookup().find(function).orElseThrow(), type);
  }

  /** Calls a function; its arguments are {@code Long}, {@code Byte} and {@code MemorySegment}. */
  void call(String function, Object... arguments) {
    long answer = ask(function, arguments);
    if (answer != Ck.OK) {
      throw failure(function, answer);
    }
  }

  /** Calls a function and returns its answer, a CKR_ value. */
  long ask(String function, Object... arguments) {
    try {
      return (long)
          functions
              .computeIfAbsent(function, name -> link(name, arguments))
              .invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new HsmException(Kind.FAILED, function + " cannot be called", e);
    }
  }

  private MethodHandle link(String function, Object... arguments) {
    var layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < layouts.length; i++) {
      layouts[i] =
          switch (arguments[i]) {
            case Long any -> JAVA_LONG;
            case Byte any -> JAVA_BYTE;
            case MemorySegment any -> ADDRESS;
            default -> throw new IllegalArgumentException("no argument of PKCS#11");
          };
    }
    return LINKER.downcallHandle(
        symbols.find(function).orElseThrow(), FunctionDescriptor.of(JAVA_LONG, layouts));
  }

  /** Why a function failed: NOT_FOUND where the object was destroyed meanwhile, else FAILED. */
  static HsmException failure(String function, long answer) {
    if (answer == Ck.OBJECT_HANDLE_INVALID || answer == Ck.KEY_HANDLE_INVALID) {
      return new HsmException(Kind.NOT_FOUND, "There is no such key");
    }
    return new HsmException(Kind.FAILED, "%s answered 0x%x".formatted(function, answer));
  }

  // Structures

  /** A CK_MECHANISM without parameter. */
  static MemorySegment mechanism(Arena arena, long type) {
    return mechanism(arena, type, MemorySegment.NULL, 0L);
  }

  private static MemorySegment mechanism(
      Arena arena, long type, MemorySegment parameter, long length) {
    var mechanism = arena.allocate(24, 8);
    mechanism.setAtIndex(JAVA_LONG, 0, type);
    mechanism.setAtIndex(ADDRESS, 1, parameter);
    mechanism.setAtIndex(JAVA_LONG, 2, length);
    return mechanism;
  }

  /** A mechanism with a structure of numbers. */
  static MemorySegment mechanism(Arena arena, long type, long... numbers) {
    var parameters = arena.allocateFrom(JAVA_LONG, numbers);
    return mechanism(arena, type, parameters, parameters.byteSize());
  }

  /** RSASSA-PSS of a digest, with a salt as long as that. */
  static MemorySegment pss(Arena arena, Hash hash) {
    return mechanism(arena, Ck.RSA_PKCS_PSS, hash.mechanism(), hash.mgf(), hash.bytes());
  }

  /** RSA-OAEP with SHA-1, the one that SoftHSM2 has, and an empty label. */
  static MemorySegment oaep(Arena arena) {
    return mechanism(arena, Ck.RSA_PKCS_OAEP, Ck.SHA_1, Ck.MGF1_SHA1, 1, 0, 0);
  }

  /** AES-GCM with a tag of 16 bytes. */
  static MemorySegment gcm(Arena arena, byte[] nonce, byte[] aad) {
    var parameters = arena.allocate(48, 8);
    parameters.setAtIndex(ADDRESS, 0, bytes(arena, nonce));
    parameters.setAtIndex(JAVA_LONG, 1, nonce.length);
    parameters.setAtIndex(JAVA_LONG, 2, nonce.length * 8L);
    parameters.setAtIndex(ADDRESS, 3, bytes(arena, aad));
    parameters.setAtIndex(JAVA_LONG, 4, aad.length);
    parameters.setAtIndex(JAVA_LONG, 5, Token.TAG * 8L);
    return mechanism(arena, Ck.AES_GCM, parameters, parameters.byteSize());
  }

  static MemorySegment bytes(Arena arena, byte[] bytes) {
    return arena.allocateFrom(JAVA_BYTE, bytes);
  }

  /** Calls a function with a copy of a secret, which is wiped. */
  static <T> T withSecret(byte[] secret, Function<MemorySegment, T> work) {
    try (var arena = Arena.ofConfined()) {
      var copy = bytes(arena, secret);
      try {
        return work.apply(copy);
      } finally {
        copy.fill((byte) 0);
      }
    }
  }

  /** An array of CK_ATTRIBUTE; values are {@code Boolean}, {@code Long} or {@code byte[]}. */
  static MemorySegment attributes(Arena arena, Object... typesAndValues) {
    var template = arena.allocate(24L * typesAndValues.length / 2, 8);
    for (int i = 0; i < typesAndValues.length; i += 2) {
      var value =
          switch (typesAndValues[i + 1]) {
            case Boolean flag -> arena.allocateFrom(JAVA_BYTE, (byte) (flag ? 1 : 0));
            case Long number -> arena.allocateFrom(JAVA_LONG, number);
            case byte[] bytes -> bytes(arena, bytes);
            default -> throw new IllegalArgumentException("no attribute of PKCS#11");
          };
      long at = 3L * i / 2;
      template.setAtIndex(JAVA_LONG, at, (Long) typesAndValues[i]);
      template.setAtIndex(ADDRESS, at + 1, value);
      template.setAtIndex(JAVA_LONG, at + 2, value.byteSize());
    }
    return template;
  }
}
