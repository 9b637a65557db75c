package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CopyObjectRequest;
import dev.bulwark.api.s3.UploadPartCopyRequest;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Structure;
import dev.bulwark.service.AnswerObserver;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreCache;
import dev.bulwark.wire.HttpResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the listeners of buckets of each request to these, once its answer has been sent. Where
 * nobody listens to a bucket that costs a look into a cache.
 */
final class BucketWatch implements AnswerObserver {
  private static final System.Logger LOG = System.getLogger(BucketWatch.class.getName());

  private static final int CACHED = 10_000;

  private final List<RequestListener> listeners;

  /** Whether anybody listens to a bucket: one look with every request. */
  private final StoreCache<Boolean> listened;

  BucketWatch(Store store, S3Tables tables, List<RequestListener> listeners) {
    this.listeners = List.copyOf(listeners);
    this.listened = store.cache(CACHED, this::find, tables.configurations);
  }

  private @Nullable Boolean find(ReadTx tx, String bucket) {
    return listeners.stream().anyMatch(listener -> listener.listens(tx, bucket)) ? true : null;
  }

  @Override
  public HttpResponse answered(Served served, HttpResponse answer) {
    var bucket = member(served, "Bucket");
    var source = copySource(served.input());
    if (!listens(bucket) && (source == null || !listens(source.bucket()))) {
      return answer;
    }
    long turnAround = System.nanoTime() - served.started();
    if (answer.body().length() == 0) {
      tell(served, bucket, source, answer, 0, turnAround);
      return answer;
    }
    var body =
        new SentBody(
            answer.body().stream(),
            bytes -> tell(served, bucket, source, answer, bytes, turnAround));
    return new HttpResponse(
        answer.status(), answer.headers(), new Body(body, answer.body().length()));
  }

  private boolean listens(@Nullable String bucket) {
    return bucket != null && !bucket.isEmpty() && listened.get(bucket) != null;
  }

  private void tell(
      Served served,
      @Nullable String bucket,
      @Nullable CopySource source,
      HttpResponse answer,
      long bytes,
      long turnAround) {
    long total = System.nanoTime() - served.started();
    try {
      if (bucket != null) {
        tell(
            new RequestListener.Sent(
                served, bucket, member(served, "Key"), false, answer, bytes, turnAround, total));
      }
      if (source != null) {
        tell(
            new RequestListener.Sent(
                served, source.bucket(), source.key(), true, answer, 0, turnAround, total));
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a request is in no log or metric", e);
    }
  }

  private void tell(RequestListener.Sent sent) {
    for (var listener : listeners) {
      if (listener.listens(sent.bucket())) {
        listener.sent(sent);
      }
    }
  }

  /** What the path names, or, where a service of this installation asks, its input. */
  private static @Nullable String member(Served served, String name) {
    var label = served.labels().get(name);
    if (label != null || served.input() == null) {
      return label;
    }
    var member = served.operation().input().memberOnWire(name);
    return member != null && served.input().member(member.index()) instanceof String text
        ? text
        : null;
  }

  private static @Nullable CopySource copySource(@Nullable Structure input) {
    var text =
        switch (input) {
          case CopyObjectRequest copy -> copy.copySource();
          case UploadPartCopyRequest copy -> copy.copySource();
          case null, default -> null;
        };
    if (text == null) {
      return null;
    }
    try {
      return CopySource.parse(text);
    } catch (ApiException e) {
      return null;
    }
  }
}
