package dev.bulwark.benchmarks.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Messages that go from SNS to queues of SQS, durable when Publish is answered: one publication to
 * one queue, and to ten. Arguments: a folder on the disk to measure, seconds for each line (10),
 * publishers at a time (64): what one commit holds is theirs, so few of them measure the disk.
 */
public final class FanoutBenchmark {
  private static final String ACCOUNT = "123456789012";
  private static final int PORT = 4581;
  private static final int BYTES = 1024;
  private static final int PUBLISHERS = 64;
  private static final int QUEUES = 10;
  private static final double WANTED = 5000;

  private final LoadDriver driver;
  private final Requests requests;
  private final ServerProcess server;
  private final Duration time;
  private final int publishers;

  private FanoutBenchmark(ServerProcess server, Duration time, int publishers) {
    this.server = server;
    this.time = time;
    this.publishers = publishers;
    this.driver = new LoadDriver(server.port());
    this.requests = new Requests(ServerProcess.ACCESS_KEY_ID, ServerProcess.SECRET, server.port());
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    var parent =
        Path.of(arguments.length > 0 ? arguments[0] : System.getProperty("java.io.tmpdir"));
    int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
    int publishers = arguments.length > 2 ? Integer.parseInt(arguments[2]) : PUBLISHERS;
    var folder = Files.createTempDirectory(Files.createDirectories(parent), "fanout-benchmark");
    try (var server = ServerProcess.bulwark(PORT, folder)) {
      var benchmark = new FanoutBenchmark(server, Duration.ofSeconds(seconds), publishers);
      benchmark.run("raw", 1, true);
      benchmark.run("signed", 1, false);
      benchmark.run("raw", QUEUES, true);
      benchmark.run("signed", QUEUES, false);
    }
  }

  private void run(String name, int queues, boolean raw) throws Exception {
    var topic = "arn:aws:sns:us-east-1:" + ACCOUNT + ":" + name + queues;
    query("sns", "Action=CreateTopic&Version=2010-03-31&Name=" + name + queues);
    for (int i = 0; i < queues; i++) {
      var queue = name + queues + "-" + i;
      query(
          "sqs",
          "Action=CreateQueue&Version=2012-11-05&QueueName="
              + queue
              + "&Attribute.1.Name=Policy&Attribute.1.Value="
              + encode(
                  "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"sns.amazonaws.com\"},\"Action\":\"sqs:SendMessage\",\"Resource\":\"*\"}]}"));
      query(
          "sns",
          "Action=Subscribe&Version=2010-03-31&Protocol=sqs&TopicArn="
              + encode(topic)
              + "&Endpoint="
              + encode("arn:aws:sqs:us-east-1:" + ACCOUNT + ":" + queue)
              + (raw
                  ? "&Attributes.entry.1.key=RawMessageDelivery&Attributes.entry.1.value=true"
                  : ""));
    }
    var publish =
        List.of(
            requests.query(
                "sns",
                "Action=Publish&Version=2010-03-31&TopicArn="
                    + encode(topic)
                    + "&Message="
                    + "x".repeat(BYTES)));
    driver.run(publish, publishers, time.dividedBy(2));
    long before = server.processorMicros();
    var result = driver.run(publish, publishers, time);
    long micros = server.processorMicros() - before;
    double messages = result.perSecond() * queues;
    System.out.printf(
        "%s, %d queues: %,.0f messages/s (wanted %,.0f), %,.1f us of processor a message, publication p50 %,.0f us, p99 %,.0f us%n",
        name,
        queues,
        messages,
        WANTED,
        (double) micros / result.requests() / queues,
        result.p50(),
        result.p99());
  }

  private void query(String service, String form) throws Exception {
    driver.answer(requests.query(service, form));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
