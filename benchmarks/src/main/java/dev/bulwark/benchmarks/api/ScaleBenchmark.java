package dev.bulwark.benchmarks.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lookup, lists and authorization over many users and objects, against few: none may be more than
 * twice as slow.
 */
public final class ScaleBenchmark {
  private static final int FEW = 100;
  private static final int MANY_USERS = 10_000;
  private static final int MANY_OBJECTS = 100_000;

  private ScaleBenchmark() {}

  /** Runs it; takes no arguments. */
  public static void main(String[] args) throws Exception {
    var few = measure(FEW, FEW);
    var many = measure(MANY_USERS, MANY_OBJECTS);
    few.forEach(
        (name, rate) ->
            System.out.printf(
                "%s: %.0f/s over few, %.0f/s over many, %.2f times slower (at most 2)%n",
                name, rate, many.get(name), rate / many.get(name)));
  }

  private static Map<String, Double> measure(int users, int objects) throws Exception {
    var data = Files.createTempDirectory("bulwark-bench");
    try (var bulwark = ServerProcess.bulwark(freePort(), data)) {
      var root = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, bulwark.port());
      var driver = new LoadDriver(bulwark.port());
      fill(root, driver, users, objects);
      var rates = new LinkedHashMap<String, Double>();
      var lookups = new ArrayList<byte[]>();
      var objectReads = new ArrayList<byte[]>();
      for (var i = 0; i < FEW; i++) {
        lookups.add(
            root.query(
                "iam",
                "Action=GetUser&Version=2010-05-08&UserName=user-" + (long) i * users / FEW));
        objectReads.add(
            root.s3("GET", "/scale/object-" + (long) i * objects / FEW, "", new byte[0]));
      }
      rates.put("iam:GetUser", rate(driver, lookups));
      rates.put(
          "iam:ListUsers, a page of 100",
          rate(
              driver,
              List.of(root.query("iam", "Action=ListUsers&Version=2010-05-08&MaxItems=100"))));
      rates.put("s3:GetObject", rate(driver, objectReads));
      rates.put(
          "s3:ListObjectsV2, a page of 100",
          rate(driver, List.of(root.s3("GET", "/scale", "list-type=2&max-keys=100", new byte[0]))));
      return rates;
    } finally {
      try (var files = Files.walk(data)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void fill(Requests root, LoadDriver driver, int users, int objects)
      throws Exception {
    var creations = new ArrayList<byte[]>();
    for (var i = 0; i < users; i++) {
      creations.add(root.query("iam", "Action=CreateUser&Version=2010-05-08&UserName=user-" + i));
    }
    driver.runOnce(creations, 64);
    driver.runOnce(List.of(root.s3("PUT", "/scale", "", new byte[0])), 1);
    var puts = new ArrayList<byte[]>();
    for (var i = 0; i < objects; i++) {
      puts.add(root.s3("PUT", "/scale/object-" + i, "", new byte[16]));
    }
    driver.runOnce(puts, 64);
  }

  private static double rate(LoadDriver driver, List<byte[]> requests) throws Exception {
    driver.run(requests, 16, Duration.ofSeconds(4));
    return driver.run(requests, 16, Duration.ofSeconds(4)).perSecond();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
