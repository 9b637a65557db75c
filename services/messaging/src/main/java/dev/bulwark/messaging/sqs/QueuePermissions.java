package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.AddPermissionRequest;
import dev.bulwark.api.sqs.RemovePermissionRequest;
import dev.bulwark.messaging.PolicyPrincipals;
import dev.bulwark.messaging.PolicyStatements;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** AddPermission and RemovePermission, which write the queue's policy for who does not want to. */
final class QueuePermissions {
  private static final int MOST_ACTIONS = 7;
  private static final int MOST_STATEMENTS = 20;
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_-]{1,80}");

  private static final Set<String> SHARED =
      Set.of(
          "*",
          "ChangeMessageVisibility",
          "DeleteMessage",
          "GetQueueAttributes",
          "GetQueueUrl",
          "ListDeadLetterSourceQueues",
          "PurgeQueue",
          "ReceiveMessage",
          "SendMessage");

  private static final Set<String> OWNERS =
      Set.of(
          "AddPermission",
          "CancelMessageMoveTask",
          "CreateQueue",
          "DeleteQueue",
          "ListMessageMoveTasks",
          "ListQueues",
          "ListQueueTags",
          "RemovePermission",
          "SetQueueAttributes",
          "StartMessageMoveTask",
          "TagQueue",
          "UntagQueue");

  private final QueueFinder finder;
  private final Queues queues;
  private final PolicyPrincipals principals;

  QueuePermissions(QueueFinder finder, Queues queues, PolicyPrincipals principals) {
    this.finder = finder;
    this.queues = queues;
    this.principals = principals;
  }

  Unit add(AddPermissionRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    if (!LABEL.matcher(in.label()).matches()) {
      throw SqsErrors.invalid(
          in.label(),
          "Label",
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    if (in.actions().size() > MOST_ACTIONS) {
      throw SqsErrors.tooManyActions(in.actions().size());
    }
    if (in.actions().isEmpty()) {
      throw SqsErrors.missing("Actions");
    }
    if (in.awsAccountIds().isEmpty()) {
      throw SqsErrors.invalid(
          "Value [] for parameter PrincipalId is invalid. Reason: Unable to verify.");
    }
    in.actions().forEach(QueuePermissions::checkAction);
    return change(
        queue,
        call,
        policy -> {
          if (policy.has(in.label())) {
            throw SqsErrors.invalid(in.label(), "Label", "Already exists.");
          }
          if (policy.count() >= MOST_STATEMENTS) {
            throw SqsErrors.tooManyStatements();
          }
          policy.allow(
              in.label(),
              in.awsAccountIds(),
              in.actions().stream().map(action -> "SQS:" + action).toList(),
              queue.arn());
        },
        in.awsAccountIds());
  }

  private static void checkAction(String action) {
    if (OWNERS.contains(action)) {
      throw SqsErrors.invalid(
          "SQS:" + action, "ActionName", "Only the queue owner is allowed to invoke this action.");
    }
    if (!SHARED.contains(action)) {
      throw SqsErrors.invalid(
          "SQS:" + action,
          "ActionName",
          "Please refer to the appropriate WSDL for a list of valid actions.");
    }
  }

  Unit remove(RemovePermissionRequest in, Call call) {
    var queue = finder.byUrl(in.queueUrl(), call);
    return change(
        queue,
        call,
        policy -> {
          if (!policy.has(in.label())) {
            throw SqsErrors.noSuchLabel(in.label(), policy.count() > 0);
          }
          policy.remove(in.label());
        },
        List.of());
  }

  private interface Change {
    void apply(PolicyStatements policy);
  }

  private Unit change(LoadedQueue queue, Call call, Change change, List<String> accounts) {
    var before = queue.record().policy();
    var policy = PolicyStatements.of(before, "2008-10-17", queue.arn() + "/SQSDefaultPolicy");
    change.apply(policy);
    var after = bind(policy.document(), accounts);
    return queues.change(
        queue,
        call,
        record -> {
          if (!java.util.Objects.equals(record.policy(), before)) {
            throw SqsErrors.policyChanged();
          }
          return record.withAttributes(record.attributes(), after, call.time());
        });
  }

  private @Nullable String bind(@Nullable String document, List<String> accounts) {
    return document == null
        ? null
        : principals
            .bind(document)
            .orElseThrow(
                () ->
                    SqsErrors.invalid(
                        "Value "
                            + accounts
                            + " for parameter PrincipalId is invalid. Reason: Unable to verify."));
  }
}
