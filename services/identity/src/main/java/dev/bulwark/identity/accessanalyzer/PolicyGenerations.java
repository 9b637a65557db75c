package dev.bulwark.identity.accessanalyzer;

import dev.bulwark.analysis.catalog.AuthorizationReference;
import dev.bulwark.analysis.generate.LeastPrivilege;
import dev.bulwark.api.accessanalyzer.CancelPolicyGenerationRequest;
import dev.bulwark.api.accessanalyzer.CancelPolicyGenerationResponse;
import dev.bulwark.api.accessanalyzer.CloudTrailDetails;
import dev.bulwark.api.accessanalyzer.CloudTrailProperties;
import dev.bulwark.api.accessanalyzer.GeneratedPolicy;
import dev.bulwark.api.accessanalyzer.GeneratedPolicyProperties;
import dev.bulwark.api.accessanalyzer.GeneratedPolicyResult;
import dev.bulwark.api.accessanalyzer.GetGeneratedPolicyRequest;
import dev.bulwark.api.accessanalyzer.GetGeneratedPolicyResponse;
import dev.bulwark.api.accessanalyzer.JobDetails;
import dev.bulwark.api.accessanalyzer.JobError;
import dev.bulwark.api.accessanalyzer.ListPolicyGenerationsRequest;
import dev.bulwark.api.accessanalyzer.ListPolicyGenerationsResponse;
import dev.bulwark.api.accessanalyzer.PolicyGeneration;
import dev.bulwark.api.accessanalyzer.StartPolicyGenerationRequest;
import dev.bulwark.api.accessanalyzer.StartPolicyGenerationResponse;
import dev.bulwark.api.accessanalyzer.TrailProperties;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.accessanalyzer.GenerationRecord.Named;
import dev.bulwark.identity.accessanalyzer.GenerationRecord.Trails;
import dev.bulwark.identity.iam.IamInventory;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.StoreException;
import dev.bulwark.state.WriteTx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Policies that allow what a user or role really did, from the stream of API calls. A job works in
 * the background; one that a stop of the program interrupts goes on at the next start.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-policy-generation.html">Policy
 *     generation</a>
 */
final class PolicyGenerations {
  private static final System.Logger LOG = System.getLogger(PolicyGenerations.class.getName());
  private static final Duration LONGEST = Duration.ofDays(90);

  /** As long as AWS lists them. */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final Duration DAY = Duration.ofDays(1);
  private static final int MOST_A_DAY = 50;
  private static final String IN_PROGRESS = "IN_PROGRESS";
  private static final String SUCCEEDED = "SUCCEEDED";
  private static final String FAILED = "FAILED";
  private static final String CANCELED = "CANCELED";

  private final AnalyzerTables tables;
  private final IamInventory inventory;
  private final ActionUse use;
  private final AuthorizationReference reference;
  private final LeastPrivilege leastPrivilege;
  private final Clock clock;

  PolicyGenerations(
      AnalyzerTables tables,
      IamInventory inventory,
      ActionUse use,
      AuthorizationReference reference,
      LeastPrivilege leastPrivilege,
      Clock clock) {
    this.tables = tables;
    this.inventory = inventory;
    this.use = use;
    this.reference = reference;
    this.leastPrivilege = leastPrivilege;
    this.clock = clock;
  }

  /** Goes on with what was interrupted. */
  void resume() {
    tables.store().read(tx -> tables.generations().scan(tx, Scan.all())).stream()
        .filter(row -> row.value().status().equals(IN_PROGRESS))
        .forEach(row -> begin(row.key()));
  }

  /** Who names a role that reads trails passes it, though none is needed to read here. */
  List<Permission> permissions(StartPolicyGenerationRequest in, Call call) {
    var start = Permission.of("access-analyzer:StartPolicyGeneration", Resource.ANY);
    var details = in.cloudTrailDetails();
    if (details == null) {
      return List.of(start);
    }
    var role = details.accessRole();
    var tags =
        role.split(":", 6).length == 6 && role.split(":", 6)[4].equals(call.accountId())
            ? inventory.role(role).map(IamInventory.Role::tags).orElse(Map.of())
            : Map.<String, String>of();
    var keys = Context.builder().put("iam:PassedToService", "access-analyzer.amazonaws.com");
    tags.forEach((key, value) -> keys.put("iam:ResourceTag/" + key, value));
    return List.of(
        start, new Permission("iam:PassRole", Resource.of(role).withTags(tags), keys.build()));
  }

  StartPolicyGenerationResponse start(StartPolicyGenerationRequest in, Call call) {
    var arn = in.policyGenerationDetails().principalArn();
    if (!arn.split(":", 6)[4].equals(call.accountId())) {
      throw AnalyzerErrors.invalid("The principal is not one of the account");
    }
    var trails = trails(in.cloudTrailDetails(), call.time());
    var job =
        new GenerationRecord(
            Ids.uuid(),
            arn,
            IN_PROGRESS,
            call.time(),
            null,
            null,
            null,
            null,
            trails,
            in.clientToken());
    var key = Key.of(call.accountId(), call.region(), job.jobId());
    var answer =
        call.write(
            tx -> {
              var others = all(tx, call);
              var same = sameToken(in.clientToken(), others);
              if (same.isPresent()) {
                return new StartPolicyGenerationResponse(same.get().jobId());
              }
              forget(tx, call);
              var dayAgo = call.time().minus(DAY);
              if (others.stream().filter(other -> other.started().isAfter(dayAgo)).count()
                  >= MOST_A_DAY) {
                throw AnalyzerErrors.tooMany("PolicyGeneration", arn);
              }
              tables.generations().insert(tx, key, job);
              return new StartPolicyGenerationResponse(job.jobId());
            });
    if (answer.jobId().equals(job.jobId())) {
      begin(key);
    }
    return answer;
  }

  /** Those that are too old to be shown. */
  private void forget(WriteTx tx, Call call) {
    tables.generations().scan(tx, ofAccount(call)).stream()
        .filter(row -> isForgotten(row.value(), call))
        .forEach(row -> tables.generations().delete(tx, row.key()));
  }

  private static boolean isForgotten(GenerationRecord job, Call call) {
    return job.started().plus(KEPT).isBefore(call.time());
  }

  private static @Nullable Trails trails(@Nullable CloudTrailDetails details, Instant now) {
    if (details == null) {
      return null;
    }
    var end = Objects.requireNonNullElse(details.endTime(), now);
    if (details.startTime().isAfter(end)) {
      throw AnalyzerErrors.invalid("startTime must be before endTime");
    }
    if (Duration.between(details.startTime(), end).compareTo(LONGEST) > 0) {
      throw AnalyzerErrors.invalid("The time range can be at most 90 days");
    }
    return new Trails(
        details.trails().stream()
            .map(t -> new Named(t.cloudTrailArn(), t.regions(), t.allRegions()))
            .toList(),
        details.startTime(),
        end);
  }

  private static Optional<GenerationRecord> sameToken(
      @Nullable String token, List<GenerationRecord> jobs) {
    return token == null
        ? Optional.empty()
        : jobs.stream().filter(job -> token.equals(job.clientToken())).findFirst();
  }

  private List<GenerationRecord> all(ReadTx tx, Call call) {
    return tables.generations().scan(tx, ofAccount(call)).stream()
        .map(Entry::value)
        .filter(job -> !isForgotten(job, call))
        .toList();
  }

  private static Scan ofAccount(Call call) {
    return Scan.prefix(Key.prefix(call.accountId(), call.region()));
  }

  private void begin(String key) {
    Thread.ofVirtual().name("policy-generation").start(() -> run(key));
  }

  private void run(String key) {
    try {
      var job = tables.generations().get(key);
      if (job != null && job.status().equals(IN_PROGRESS)) {
        finish(key, job);
      }
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.WARNING, "A policy generation was interrupted", e);
    }
  }

  private void finish(String key, GenerationRecord job) {
    var id = inventory.uniqueId(job.principalArn());
    var time = clock.instant();
    var ended =
        id.isEmpty()
            ? job.ended(
                FAILED,
                time,
                null,
                "RESOURCE_NOT_FOUND_ERROR",
                "The principal " + job.principalArn() + " does not exist")
            : job.ended(SUCCEEDED, time, used(job, id.get()), null, null);
    tables
        .store()
        .run(
            tx ->
                tables
                    .generations()
                    .update(tx, key, now -> now.status().equals(IN_PROGRESS) ? ended : now));
  }

  private List<String> used(GenerationRecord job, String uniqueId) {
    var trails = job.trails();
    var since = trails == null ? job.started().minus(LONGEST) : trails.start();
    var account = job.principalArn().split(":", 6)[4];
    use.catchUp();
    return use.by(account, uniqueId).stream()
        .filter(used -> !used.action().isEmpty() && !used.last().isBefore(since))
        .map(ActionUse.Used::action)
        .sorted()
        .toList();
  }

  CancelPolicyGenerationResponse cancel(CancelPolicyGenerationRequest in, Call call) {
    require(in.jobId(), call);
    var key = Key.of(call.accountId(), call.region(), in.jobId());
    return call.write(
        tx -> {
          tables
              .generations()
              .update(
                  tx,
                  key,
                  job ->
                      job.status().equals(IN_PROGRESS)
                          ? job.ended(CANCELED, call.time(), null, null, null)
                          : job);
          return new CancelPolicyGenerationResponse();
        });
  }

  private GenerationRecord require(String jobId, Call call) {
    var job = tables.generations().get(Key.of(call.accountId(), call.region(), jobId));
    if (job == null || isForgotten(job, call)) {
      throw AnalyzerErrors.invalid("Job " + jobId + " does not exist");
    }
    return job;
  }

  ListPolicyGenerationsResponse list(ListPolicyGenerationsRequest in, Call call) {
    var jobs =
        tables.store().read(tx -> all(tx, call)).stream()
            .filter(
                job -> in.principalArn() == null || job.principalArn().equals(in.principalArn()))
            .sorted(
                Comparator.comparing(GenerationRecord::started)
                    .reversed()
                    .thenComparing(GenerationRecord::jobId))
            .toList();
    var page = Pages.of(jobs, in.maxResults(), in.nextToken());
    return new ListPolicyGenerationsResponse(
        page.items().stream()
            .map(
                job ->
                    new PolicyGeneration(
                        job.jobId(),
                        job.principalArn(),
                        job.status(),
                        job.started(),
                        job.completed()))
            .toList(),
        page.next());
  }

  GetGeneratedPolicyResponse get(GetGeneratedPolicyRequest in, Call call) {
    var job = require(in.jobId(), call);
    var code = job.errorCode();
    var message = job.error();
    var actions = job.actions();
    return new GetGeneratedPolicyResponse(
        new JobDetails(
            job.jobId(),
            job.status(),
            job.started(),
            job.completed(),
            code == null || message == null ? null : new JobError(code, message)),
        new GeneratedPolicyResult(
            properties(job),
            actions == null || actions.isEmpty()
                ? List.of()
                : List.of(
                    new GeneratedPolicy(
                        leastPrivilege.policy(
                            actions, Boolean.TRUE.equals(in.includeResourcePlaceholders()))))));
  }

  private GeneratedPolicyProperties properties(GenerationRecord job) {
    var trails = job.trails();
    var actions = job.actions();
    return new GeneratedPolicyProperties(
        actions == null
            ? null
            : actions.stream().allMatch(action -> reference.action(action).isPresent()),
        job.principalArn(),
        trails == null
            ? null
            : new CloudTrailProperties(
                trails.trails().stream()
                    .map(t -> new TrailProperties(t.arn(), t.regions(), t.allRegions()))
                    .toList(),
                trails.start(),
                trails.end()));
  }
}
