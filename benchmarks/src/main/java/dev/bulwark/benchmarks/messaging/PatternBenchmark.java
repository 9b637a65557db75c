package dev.bulwark.benchmarks.messaging;

import dev.bulwark.patterns.EventPattern;
import dev.bulwark.patterns.PatternException;
import dev.bulwark.patterns.PatternSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An event, parsed already, against so many rules, of which few match. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PatternBenchmark {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int EVENTS = 16;

  /**
   * What the rules ask for: a source and name each; one source of all, and prefixes; or only what
   * no index helps with.
   */
  @Param({"names", "prefixes", "numbers", "addresses", "wildcards", "negations"})
  public String kind = "names";

  @Param({"1000"})
  public int rules = 1000;

  private final List<JsonNode> events = new ArrayList<>();
  private PatternSet<Integer> set =
      PatternSet.of(List.<Integer>of(), number -> number, number -> null);
  private int next;

  /** Parses rules and events. */
  @Setup
  public void prepare() throws PatternException {
    var patterns = new ArrayList<EventPattern>();
    for (int i = 0; i < rules; i++) {
      var text =
          switch (kind) {
            case "names" ->
                "{'source':['aws.service%d'],'detail-type':['AWS API Call via CloudTrail'],'detail':{'eventName':['Create%d','Delete%d']}}"
                    .formatted(i % 50, i, i);
            case "prefixes" ->
                "{'source':['shop'],'detail':{'path':[{'prefix':'/customers/%d/'}],'total':[{'numeric':['>',%d]}]}}"
                    .formatted(i, i);
            case "numbers" -> "{'detail':{'total':[{'numeric':['>',%d]}]}}".formatted(1000 + i);
            case "addresses" ->
                "{'detail':{'sourceIPAddress':[{'cidr':'10.%d.%d.0/24'}]}}"
                    .formatted(i / 256, i % 256);
            case "wildcards" ->
                "{'detail':{'path':[{'wildcard':'/customers/%d*/orders/*.pdf'}]}}".formatted(i);
            default ->
                "{'detail':{'user':{'name':[{'anything-but':['ann','bob%d']}]}}}".formatted(i);
          };
      patterns.add(EventPattern.parse(JSON.readTree(text.replace('\'', '"'))));
    }
    var numbers = new ArrayList<Integer>();
    for (int i = 0; i < rules; i++) {
      numbers.add(i);
    }
    set = PatternSet.of(numbers, number -> number, patterns::get);
    for (int i = 0; i < EVENTS; i++) {
      events.add(
          JSON.readTree(
              "{'version':'0','id':'x','detail-type':'AWS API Call via CloudTrail','source':'%s','account':'123456789012','time':'2026-01-01T00:00:00Z','region':'us-east-1','resources':[],'detail':{'eventName':'Create%d','sourceIPAddress':'athena.amazonaws.com','path':'/customers/%d/orders','total':%d,'user':{'name':'ann','type':'IAMUser'}}}"
                  .formatted(kind.equals("names") ? "aws.service" + i : "shop", i, i, 500 + i)
                  .replace('\'', '"')));
    }
  }

  /** The rules for one event. */
  @Benchmark
  public List<Integer> matching() {
    next = (next + 1) % EVENTS;
    return set.matching(events.get(next));
  }
}
