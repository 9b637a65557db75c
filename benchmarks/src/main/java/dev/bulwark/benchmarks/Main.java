package dev.bulwark.benchmarks;

import dev.bulwark.benchmarks.api.ApiBenchmark;
import dev.bulwark.benchmarks.api.AuditBenchmark;
import dev.bulwark.benchmarks.api.FanoutBenchmark;
import dev.bulwark.benchmarks.api.KeyStartBenchmark;
import dev.bulwark.benchmarks.api.LakeBenchmark;
import dev.bulwark.benchmarks.api.LargeBenchmark;
import dev.bulwark.benchmarks.api.ListingBenchmark;
import dev.bulwark.benchmarks.api.MonitoringBenchmark;
import dev.bulwark.benchmarks.api.ScaleBenchmark;
import dev.bulwark.benchmarks.keys.SigningBenchmark;
import dev.bulwark.benchmarks.policy.RoleMemory;
import dev.bulwark.benchmarks.state.LookupBenchmark;
import dev.bulwark.benchmarks.state.StoreBenchmark;
import java.util.Arrays;

/** What {@code ./bulwark bench} runs. */
public final class Main {
  private Main() {}

  /** The first argument names the benchmark, the others are its own. */
  public static void main(String[] args) throws Exception {
    var which = args.length == 0 ? "api" : args[0];
    var rest = args.length == 0 ? args : Arrays.copyOfRange(args, 1, args.length);
    switch (which) {
      case "api" -> ApiBenchmark.main(rest);
      case "scale" -> ScaleBenchmark.main(rest);
      case "large" -> LargeBenchmark.main(rest);
      case "listing" -> ListingBenchmark.main(rest);
      case "store" -> StoreBenchmark.main(rest);
      case "lookup" -> LookupBenchmark.main(rest);
      case "keys" -> KeyStartBenchmark.main(rest);
      case "signing" -> SigningBenchmark.main(rest);
      case "roles" -> RoleMemory.main(rest);
      case "audit" -> AuditBenchmark.main(rest);
      case "lake" -> LakeBenchmark.main(rest);
      case "fanout" -> FanoutBenchmark.main(rest);
      case "monitoring" -> MonitoringBenchmark.main(rest);
      case "patterns" ->
          org.openjdk.jmh.Main.main(rest.length == 0 ? new String[] {"PatternBenchmark"} : rest);
      case "policy" ->
          org.openjdk.jmh.Main.main(rest.length == 0 ? new String[] {"PolicyBenchmark"} : rest);
      default ->
          System.out.println(
              """
              Usage: ./bulwark bench [api|scale|large|listing|store|lookup|policy|roles|fanout|audit|lake|monitoring|patterns|keys|signing] [OPTIONS]

                api     the API against an empty server of the same kind, start and size (--quick)
                scale   10,000 users and 100,000 objects against 100 of each
                large   an object of 256 MiB against a plain copy into a synced file
                listing listings of 1,000,000 keys
                store   durable writes and reads against raw fsynced appends
                lookup  LookupEvents by user name among 5,000,000 events
                policy  authorization decisions (JMH and its options)
                roles   the memory of 10,000 roles with 10 policies each
                fanout  messages from SNS to queues of SQS
                audit   calls with a trail that delivers to S3 against calls without
                lake    events a second into CloudTrail Lake, and a count over five million
                monitoring  metrics and log events that come in
                patterns  an event against 1,000 rules (JMH and its options)
                keys    a start with 100,000 keys of KMS against one with none
                signing KMS's signatures against those of each provider\
              """);
    }
  }
}
