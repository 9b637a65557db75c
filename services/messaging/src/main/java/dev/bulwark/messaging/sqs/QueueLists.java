package dev.bulwark.messaging.sqs;

import dev.bulwark.api.sqs.ListDeadLetterSourceQueuesRequest;
import dev.bulwark.api.sqs.ListDeadLetterSourceQueuesResult;
import dev.bulwark.api.sqs.ListQueuesRequest;
import dev.bulwark.api.sqs.ListQueuesResult;
import dev.bulwark.messaging.PageTokens;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.Scan;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lists of queues, a page at a time where the caller asks for pages. */
final class QueueLists {
  private static final int MOST = 1000;

  private final SqsTables tables;
  private final QueueFinder finder;
  private final PageTokens pages;

  QueueLists(SqsTables tables, QueueFinder finder, PageTokens pages) {
    this.tables = tables;
    this.finder = finder;
    this.pages = pages;
  }

  ListQueuesResult list(ListQueuesRequest in, Call call) {
    int most = most(in.maxResults());
    var prefix =
        Key.of(
            call.principal().accountId(),
            call.region(),
            Objects.requireNonNullElse(in.queueNamePrefix(), ""));
    var after = after(in.nextToken(), prefix);
    var found =
        tables
            .store()
            .read(tx -> tables.queues.scan(tx, Scan.prefix(prefix).after(after).limit(most + 1)));
    var urls = urls(found, most, call);
    return ListQueuesResult.builder()
        .queueUrls(urls.isEmpty() ? null : urls)
        .nextToken(in.maxResults() == null ? null : next(found, most, prefix))
        .build();
  }

  ListDeadLetterSourceQueuesResult sources(ListDeadLetterSourceQueuesRequest in, Call call) {
    int most = most(in.maxResults());
    var queue = finder.byUrl(in.queueUrl(), call);
    var after = after(in.nextToken(), queue.arn());
    var found =
        tables.store().read(tx -> tables.deadLetterSources(tx, queue.arn(), after, most + 1));
    return ListDeadLetterSourceQueuesResult.builder()
        .queueUrls(urls(found, most, call))
        .nextToken(in.maxResults() == null ? null : next(found, most, queue.arn()))
        .build();
  }

  private static int most(@Nullable Integer given) {
    if (given != null && (given < 1 || given > MOST)) {
      throw SqsErrors.invalid(given, "MaxResults", "Must be between 1 and 1000, if provided.");
    }
    return given == null ? MOST : given;
  }

  private @Nullable String after(@Nullable String token, String list) {
    return pages.read(token, list, SqsErrors::invalidToken);
  }

  private @Nullable String next(List<Entry<QueueRecord>> found, int most, String list) {
    return found.size() > most ? pages.write(found.get(most - 1).cursor(), list) : null;
  }

  private static List<String> urls(List<Entry<QueueRecord>> found, int most, Call call) {
    return found.stream()
        .limit(most)
        .map(entry -> QueueFinder.url(entry.value().name(), call))
        .toList();
  }
}
