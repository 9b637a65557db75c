package dev.bulwark.benchmarks.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Lookup, lists and authorization over many users and objects, against few: none may be more than
 * twice as slow. Compared is the processor time that the server takes for each request, which does
 * not depend on what else the machine does.
 */
public final class ScaleBenchmark {
  private static final int FEW = 100;
  private static final int MANY_USERS = 10_000;
  private static final int MANY_OBJECTS = 100_000;
  private static final String READ_POLICY =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::scale/*"}]}""";

  private ScaleBenchmark() {}

  /** Runs it; takes no arguments. */
  public static void main(String[] args) throws Exception {
    var few = measure(FEW, FEW);
    var many = measure(MANY_USERS, MANY_OBJECTS);
    few.forEach(
        (name, before) -> {
          var after = many.get(name);
          System.out.printf(
              "%s: %.0f us of processor over few (%.0f/s), %.0f over many (%.0f/s), %.2f times slower (at most 2)%n",
              name,
              before.micros(),
              before.perSecond(),
              after.micros(),
              after.perSecond(),
              after.micros() / before.micros());
        });
  }

  /** What a request costs the server, and how many it served a second. */
  private record Cost(double micros, double perSecond) {}

  private static Map<String, Cost> measure(int users, int objects) throws Exception {
    var data = Files.createTempDirectory("bulwark-bench");
    try (var bulwark = ServerProcess.bulwark(freePort(), data)) {
      var root = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, bulwark.port());
      var driver = new LoadDriver(bulwark.port());
      fill(root, driver, users, objects);
      var rates = new LinkedHashMap<String, Cost>();
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
      rates.put("iam:GetUser", cost(bulwark, driver, lookups));
      rates.put(
          "iam:ListUsers, a page of 100",
          cost(
              bulwark,
              driver,
              List.of(root.query("iam", "Action=ListUsers&Version=2010-05-08&MaxItems=100"))));
      rates.put("s3:GetObject", cost(bulwark, driver, objectReads));
      rates.put(
          "s3:GetObject by a hundred users with policies of their own",
          cost(bulwark, driver, readsByUsers(root, driver, bulwark.port(), users, objects)));
      rates.put(
          "s3:ListObjectsV2, a page of 100",
          cost(
              bulwark,
              driver,
              List.of(root.s3("GET", "/scale", "list-type=2&max-keys=100", new byte[0]))));
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

  /** Requests of users who may read objects by a policy each. */
  private static List<byte[]> readsByUsers(
      Requests root, LoadDriver driver, int port, int users, int objects) throws Exception {
    var reads = new ArrayList<byte[]>();
    for (var i = 0; i < FEW; i++) {
      var user = "&UserName=user-" + (long) i * users / FEW;
      driver.answer(
          root.query(
              "iam",
              "Action=PutUserPolicy&Version=2010-05-08&PolicyName=read&PolicyDocument="
                  + URLEncoder.encode(READ_POLICY, StandardCharsets.UTF_8).replace("+", "%20")
                  + user));
      var key =
          driver.answer(root.query("iam", "Action=CreateAccessKey&Version=2010-05-08" + user));
      var requests =
          new Requests(element(key, "AccessKeyId"), element(key, "SecretAccessKey"), port);
      reads.add(requests.s3("GET", "/scale/object-" + (long) i * objects / FEW, "", new byte[0]));
    }
    return reads;
  }

  private static String element(String xml, String name) {
    var start = xml.indexOf('<' + name + '>') + name.length() + 2;
    return xml.substring(start, xml.indexOf('<', start));
  }

  private static Cost cost(ServerProcess server, LoadDriver driver, List<byte[]> requests)
      throws Exception {
    // Long enough for the compiler to be done with it, also where filling took little.
    driver.run(requests, 16, Duration.ofSeconds(10));
    var before = server.processorMicros();
    var result = driver.run(requests, 16, Duration.ofSeconds(4));
    return new Cost(
        (double) (server.processorMicros() - before) / result.requests(), result.perSecond());
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
