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

  private final Buckets buckets;
  private final List<RequestListener> listeners;

  /** Whether anybody listens to a bucket: one look with every request. */
  private final StoreCache<Boolean> listened;

  BucketWatch(Store store, S3Tables tables, Buckets buckets, List<RequestListener> listeners) {
    this.buckets = buckets;
    this.listeners = List.copyOf(listeners);
    this.listened = store.cache(CACHED, this::find, tables.configurations);
  }

  private @Nullable Boolean find(ReadTx tx, String bucket) {
    return listeners.stream().anyMatch(listener -> listener.listens(tx, bucket)) ? true : null;
  }

  @Override
  public HttpResponse answered(Served served, HttpResponse answer) {
    var bucket = Place.of(member(served, "Bucket"), member(served, "Key"), buckets);
    var copied = copySource(served.input());
    var source = copied == null ? null : Place.of(copied.bucket(), copied.key(), buckets);
    if (!listens(bucket) && !listens(source)) {
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

  /**
   * Where a request led.
   *
   * @param point the ARN of the access point through which it came; null for none
   */
  private record Place(String bucket, @Nullable String key, @Nullable String point) {
    static @Nullable Place of(@Nullable String name, @Nullable String key, Buckets buckets) {
      if (name == null || name.isEmpty()) {
        return null;
      }
      var point = buckets.pointOf(name);
      return point == null
          ? new Place(name, key, null)
          : new Place(point.bucket(), key, point.arn());
    }
  }

  private boolean listens(@Nullable Place place) {
    return place != null && listened.get(place.bucket()) != null;
  }

  private void tell(
      Served served,
      @Nullable Place bucket,
      @Nullable Place source,
      HttpResponse answer,
      long bytes,
      long turnAround) {
    long total = System.nanoTime() - served.started();
    try {
      if (bucket != null) {
        tell(sent(served, bucket, false, answer, bytes, turnAround, total));
      }
      if (source != null) {
        tell(sent(served, source, true, answer, 0, turnAround, total));
      }
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.WARNING, "a request is in no log or metric", e);
    }
  }

  private static RequestListener.Sent sent(
      Served served,
      Place place,
      boolean copySource,
      HttpResponse answer,
      long bytes,
      long turnAround,
      long total) {
    return new RequestListener.Sent(
        served,
        place.bucket(),
        place.key(),
        place.point(),
        copySource,
        answer,
        bytes,
        turnAround,
        total);
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
