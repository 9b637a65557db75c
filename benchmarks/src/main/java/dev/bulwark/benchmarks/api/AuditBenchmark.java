package dev.bulwark.benchmarks.api;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a trail costs that delivers management and data events to S3: calls to an installation with
 * one against calls to an installation without, in turns within one run. The processor time of a
 * round is counted until the server rests again, so the delivery of its events belongs to it.
 * Arguments: seconds for each round (6).
 */
public final class AuditBenchmark {
  private static final int ROUNDS = 3;
  private static final int CONNECTIONS = 16;
  private static final int OBJECTS = 2000;
  private static final int OBJECT_BYTES = 4096;
  private static final double WANTED = 0.90;
  private static final long POLL_MILLIS = 2500;
  private static final String CLOUDTRAIL =
      "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";
  private static final String POLICY =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["s3:GetBucketAcl","s3:PutObject"],"Resource":["arn:aws:s3:::trail-logs","arn:aws:s3:::trail-logs/*"]}]}""";

  private final Side plain;
  private final Side audited;
  private final Duration round;

  private AuditBenchmark(Side plain, Side audited, Duration round) {
    this.plain = plain;
    this.audited = audited;
    this.round = round;
  }

  /** One of the two installations. */
  private record Side(ServerProcess server, LoadDriver driver, Requests requests) {
    static Side of(ServerProcess server) {
      return new Side(
          server,
          new LoadDriver(server.port()),
          new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, server.port()));
    }

    void cloudTrail(String operation, String body) throws IOException {
      driver.answer(requests.json("cloudtrail", CLOUDTRAIL + operation, body));
    }

    void s3(String path, String query, String body) throws IOException {
      driver.answer(requests.s3("PUT", path, query, body.getBytes(StandardCharsets.UTF_8)));
    }

    /** Returns when the server has nothing to do any more. */
    void awaitRest() throws Exception {
      long before = -1;
      long now = server.processorMicros();
      while (now - before > POLL_MILLIS * 1000 / 50) {
        before = now;
        Thread.sleep(POLL_MILLIS);
        now = server.processorMicros();
      }
    }
  }

  /** What a round came to: calls a second, and microseconds of processor a call. */
  private record Cost(double perSecond, double micros) {}

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 6;
    var one = Files.createTempDirectory("bulwark-bench");
    var other = Files.createTempDirectory("bulwark-bench");
    try (var without = ServerProcess.bulwark(ApiBenchmark.freePort(), one);
        var with = ServerProcess.bulwark(ApiBenchmark.freePort(), other)) {
      new AuditBenchmark(Side.of(without), Side.of(with), Duration.ofSeconds(seconds)).run();
    } finally {
      ApiBenchmark.delete(one);
      ApiBenchmark.delete(other);
    }
  }

  private void run() throws Exception {
    plain.s3("/bench", "", "");
    audited.s3("/bench", "", "");
    makeTrail();
    compare(
        "sts:GetCallerIdentity",
        side ->
            List.of(side.requests().query("sts", "Action=GetCallerIdentity&Version=2011-06-15")));
    compare("s3:PutObject 4 KiB", AuditBenchmark::puts);
  }

  private void makeTrail() throws IOException {
    audited.s3("/trail-logs", "", "");
    audited.s3("/trail-logs", "policy=", POLICY);
    audited.cloudTrail("CreateTrail", "{\"Name\":\"all\",\"S3BucketName\":\"trail-logs\"}");
    audited.cloudTrail(
        "PutEventSelectors",
        """
        {"TrailName":"all","EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::bench/"]}]}]}""");
    audited.cloudTrail("StartLogging", "{\"Name\":\"all\"}");
  }

  private static List<byte[]> puts(Side side) {
    var body = new byte[OBJECT_BYTES];
    Arrays.fill(body, (byte) 'x');
    var puts = new ArrayList<byte[]>();
    for (int i = 0; i < OBJECTS; i++) {
      puts.add(side.requests().s3("PUT", "/bench/object-" + i, "", body));
    }
    return puts;
  }

  private interface Calls {
    List<byte[]> of(Side side);
  }

  private void compare(String name, Calls calls) throws Exception {
    var ofPlain = calls.of(plain);
    var ofAudited = calls.of(audited);
    measure(plain, ofPlain);
    measure(audited, ofAudited);
    var throughputs = new double[ROUNDS];
    var processors = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      var base = measure(plain, ofPlain);
      var ours = measure(audited, ofAudited);
      throughputs[i] = ours.perSecond() / base.perSecond();
      processors[i] = base.micros() / ours.micros();
      System.out.printf(
          Locale.ROOT,
          "%s: %.0f/s and %.1f us of processor with a trail, %.0f/s and %.1f us without%n",
          name,
          ours.perSecond(),
          ours.micros(),
          base.perSecond(),
          base.micros());
    }
    Arrays.sort(throughputs);
    Arrays.sort(processors);
    System.out.printf(
        Locale.ROOT,
        "=> %s: %.2f of the throughput, %.2f counted in processor time (at least %.2f)%n",
        name,
        throughputs[ROUNDS / 2],
        processors[ROUNDS / 2],
        WANTED);
  }

  private Cost measure(Side side, List<byte[]> calls) throws Exception {
    long before = side.server().processorMicros();
    var result = side.driver().run(calls, CONNECTIONS, round);
    side.awaitRest();
    long micros = side.server().processorMicros() - before;
    return new Cost(result.perSecond(), (double) micros / result.requests());
  }
}
