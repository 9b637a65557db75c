package dev.bulwark.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * Keeps key material off the disk: the JVM writes no heap when memory runs out, whatever options
 * and variables it was started with. What the launcher adds keeps other processes of the same user
 * from asking for one.
 */
final class HeapDumps {
  private static final String WHEN_OUT_OF_MEMORY = "HeapDumpOnOutOfMemoryError";

  private HeapDumps() {}

  static void forbid() {
    var options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    if (options != null
        && Boolean.parseBoolean(options.getVMOption(WHEN_OUT_OF_MEMORY).getValue())) {
      options.setVMOption(WHEN_OUT_OF_MEMORY, "false");
      System.getLogger(HeapDumps.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "heap dumps would hold keys: -XX:+" + WHEN_OUT_OF_MEMORY + " was switched off");
    }
  }
}
