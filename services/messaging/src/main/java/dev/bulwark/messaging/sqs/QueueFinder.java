package dev.bulwark.messaging.sqs;

import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.service.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds the queue that a request names, and what its caller must be allowed to do with it. */
final class QueueFinder {
  private final SqsTables tables;

  QueueFinder(SqsTables tables) {
    this.tables = tables;
  }

  /**
   * The queue of a URL.
   *
   * @throws dev.bulwark.schema.ApiException InvalidAddress, QueueDoesNotExist
   */
  LoadedQueue byUrl(String url, Call call) {
    var queue = tables.find(QueueName.ofUrl(url, call.principal().accountId(), call.region()));
    if (queue == null) {
      throw SqsErrors.noSuchQueue(call);
    }
    return touched(queue, call);
  }

  /** The queue of an ARN; null where there is none. */
  @Nullable LoadedQueue byArn(String arn, Call call) {
    return tables.findByArn(arn).map(queue -> touched(queue, call)).orElse(null);
  }

  private static LoadedQueue touched(LoadedQueue queue, Call call) {
    if (!queue.accountId().equals(call.principal().accountId())) {
      call.inAccount(queue.accountId());
    }
    call.concerns("AWS::SQS::Queue", queue.arn());
    return queue;
  }

  /** A queue as what asking for its URL is about, whether it is there or not. */
  Resource locate(QueueName name) {
    var queue = tables.find(name);
    return queue == null ? Resource.of(name.arn()).ownedBy(name.accountId()) : queue.resource();
  }

  /** What is demanded of whom the queue's policy may let in. */
  List<Permission> shared(String action, String url, Call call) {
    return List.of(Permission.of(action, byUrl(url, call).resource()));
  }

  /** What is demanded of the owner's principals; the queue's policy lets nobody else in. */
  List<Permission> owners(String action, String url, Call call) {
    var queue = byUrl(url, call);
    boolean own = queue.accountId().equals(call.principal().accountId());
    return List.of(Permission.of(action, own ? queue.resource() : queue.ownersResource()));
  }

  /** The URL by which this client reaches a queue. */
  static String url(QueueName name, Call call) {
    var host = call.http().headers().first("host");
    var base =
        host == null
            ? "https://sqs." + name.region() + ".amazonaws.com"
            : (call.http().secure() ? "https://" : "http://") + host;
    return base + "/" + name.accountId() + "/" + name.name();
  }
}
