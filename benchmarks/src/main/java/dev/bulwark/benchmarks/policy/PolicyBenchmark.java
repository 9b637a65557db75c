package dev.bulwark.benchmarks.policy;

import dev.bulwark.policy.AttachedPolicy;
import dev.bulwark.policy.AuthorizationRequest;
import dev.bulwark.policy.Context;
import dev.bulwark.policy.Decision;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyBundle;
import dev.bulwark.policy.PolicyEvaluator;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.policy.PolicySet;
import dev.bulwark.policy.PolicyType;
import dev.bulwark.policy.Requester;
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

/**
 * Decisions for one cached principal with so many policies of five statements; 16 requests in turn,
 * allowed and denied.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PolicyBenchmark {
  private static final int REQUESTS = 16;

  @Param({"10", "100", "1000"})
  public int policies;

  @Param({"false", "true"})
  public boolean conditions;

  private List<AttachedPolicy> attached = List.of();
  private PolicySet set = PolicySet.builder().build();
  private PolicySet sameAction = PolicySet.builder().build();
  private final AuthorizationRequest[] requests = new AuthorizationRequest[REQUESTS];
  private AuthorizationRequest lastResource = request("s3:GetObject", "arn:aws:s3:::none/k");
  private String document = "";
  private int next;

  /** Parses and indexes. */
  @Setup
  public void prepare() throws PolicyException {
    var corpus = new PolicyCorpus(conditions);
    attached = corpus.policies(policies);
    document = corpus.document(5);
    set = PolicySet.builder().identity(PolicyBundle.of(attached)).build();
    String[] actions = {"s3:GetObject", "ec2:DescribeKey", "iam:CreateRole", "sqs:ListQueue"};
    for (int i = 0; i < REQUESTS; i++) {
      var action = actions[i % actions.length];
      var resource =
          switch (i % actions.length) {
            case 0 -> "arn:aws:s3:::bucket-" + i + "/red/file-" + i;
            case 1 -> "arn:aws:ec2:eu-west-1:111122223333:app-" + i + "-x/data/a.json";
            case 2 -> "arn:aws:iam::111122223333:role/team-" + i + "/r";
            default -> "*";
          };
      requests[i] = request(action, resource);
    }
    // The hardest case for the index: every policy is about the same action, each for another
    // resource, or for another tag of any resource.
    var buckets = new ArrayList<AttachedPolicy>();
    for (int i = 0; i < policies; i++) {
      var rest =
          conditions
              ? "*\",\"Condition\":{\"StringEquals\":{\"s3:ExistingObjectTag/team\":\"team-%d\"}}"
              : "arn:aws:s3:::bucket-%d/*\"";
      buckets.add(
          Policy.parse(
                  ("{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\""
                          + rest
                          + "}}")
                      .formatted(i),
                  PolicyKind.IDENTITY)
              .attachedAs("p" + i, PolicyType.IDENTITY_BASED));
    }
    sameAction = PolicySet.builder().identity(PolicyBundle.of(buckets)).build();
    lastResource = request("s3:GetObject", "arn:aws:s3:::bucket-" + (policies - 1) + "/k");
  }

  private AuthorizationRequest request(String action, String resource) {
    var role = "arn:aws:iam::111122223333:role/app/worker";
    return new AuthorizationRequest(
        new Requester.RoleSession(
            "111122223333",
            role,
            "arn:aws:sts::111122223333:assumed-role/worker/s",
            "AROAEXAMPLEWORKER001"),
        action,
        resource,
        "111122223333",
        Context.builder()
            .put("aws:SourceIp", "10.1.2.3")
            .put("aws:SecureTransport", "true")
            .put("aws:PrincipalArn", role)
            .put("aws:PrincipalTag/team", "red")
            .put("aws:ResourceTag/team", "red")
            .put("s3:ExistingObjectTag/team", "team-" + (policies - 1))
            .build());
  }

  /** One decision over policies of many services. */
  @Benchmark
  public Decision decide() {
    return PolicyEvaluator.evaluate(requests[next++ & (REQUESTS - 1)], set);
  }

  /** One decision where all policies are candidates and only the last allows. */
  @Benchmark
  public Decision decideAmongSameAction() {
    return PolicyEvaluator.evaluate(lastResource, sameAction);
  }

  /** Indexing the parsed policies of a principal. */
  @Benchmark
  public PolicyBundle bundle() {
    return PolicyBundle.of(attached);
  }

  /** Parsing, checking and compiling one document of five statements. */
  @Benchmark
  public Policy parse() throws PolicyException {
    return Policy.parse(document, PolicyKind.IDENTITY);
  }
}
