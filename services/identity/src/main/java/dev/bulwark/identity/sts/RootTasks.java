package dev.bulwark.identity.sts;

import dev.bulwark.access.Principal;
import dev.bulwark.access.SessionContext;
import dev.bulwark.api.sts.AssumeRootRequest;
import dev.bulwark.api.sts.AssumeRootResponse;
import dev.bulwark.base.AccountId;
import dev.bulwark.identity.sts.Session.Subject;
import dev.bulwark.policy.Context;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Short sessions of a member account's root user, for one task each: AssumeRoot.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html">AssumeRoot</a>
 */
final class RootTasks {
  private static final String ACTION = "sts:AssumeRoot";
  private static final int LONGEST = 900;

  private static final String PATH = "arn:aws:iam::aws:policy/root-task/";
  private static final Set<String> TASKS =
      Set.of(
          PATH + "IAMAuditRootUserCredentials",
          PATH + "IAMCreateRootUserPassword",
          PATH + "IAMDeleteRootUserCredentials",
          PATH + "S3UnlockBucketPolicy",
          PATH + "SQSUnlockQueuePolicy");

  /** The policies of tasks deny all but what the task takes; the root user may do that. */
  private static final String ROOT_MAY =
      """
      {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}""";

  private final SessionTokens tokens;
  private final RootSessions rootSessions;

  RootTasks(SessionTokens tokens, RootSessions rootSessions) {
    this.tokens = tokens;
    this.rootSessions = rootSessions;
  }

  List<Permission> permissions(AssumeRootRequest in, Call call) {
    if (call.principal() instanceof Principal.AccountRoot) {
      throw StsErrors.rootMayNotAssumeRoot();
    }
    return List.of(
        new Permission(
            ACTION,
            Resource.of(rootArn(account(in))),
            Context.builder().put("sts:TaskPolicyArn", task(in)).build()));
  }

  AssumeRootResponse assume(AssumeRootRequest in, Call call) {
    var caller = call.principal();
    var account = account(in);
    var task = task(in);
    if (task == null || !TASKS.contains(task)) {
      throw StsErrors.noSuchTask(String.valueOf(task));
    }
    if (!rootSessions.allowed(caller.accountId(), account)) {
      throw StsErrors.notAuthorized(caller.arn(), ACTION, rootArn(account));
    }
    var session = caller.session();
    var sourceIdentity = session == null ? null : session.sourceIdentity();
    var context =
        SessionContext.of(call.time().truncatedTo(ChronoUnit.SECONDS))
            .withIssuer(caller.arn())
            .withSourceIdentity(sourceIdentity)
            .withPolicies(ROOT_MAY, List.of(task));
    call.sharedWith(account);
    var asked = in.durationSeconds() == null ? LONGEST : in.durationSeconds();
    return AssumeRootResponse.builder()
        .credentials(tokens.issue(new Subject.Root(account), context, Duration.ofSeconds(asked)))
        .sourceIdentity(sourceIdentity)
        .build();
  }

  private static @Nullable String task(AssumeRootRequest in) {
    return in.taskPolicyArn().arn();
  }

  private static String account(AssumeRootRequest in) {
    var target = in.targetPrincipal();
    if (AccountId.isValid(target)) {
      return target;
    }
    if (!target.matches("arn:aws:iam::\\d{12}:root")) {
      throw StsErrors.invalidArn(target);
    }
    return target.substring("arn:aws:iam::".length(), target.length() - ":root".length());
  }

  private static String rootArn(String account) {
    return "arn:aws:iam::" + account + ":root";
  }
}
