package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.S3Api;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Codec;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.StoreCache;
import dev.bulwark.state.WriteTx;
import dev.bulwark.wire.StructureBytes;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Configurations of one kind that buckets have beside their records, kept as they were put, since
 * Get gives back what Put took.
 */
final class Configurations<D> {
  private static final int CACHED = 10_000;

  /** What the stream of resource changes tells of one. */
  private record View(String bucket, String configuration, String document) {}

  private final Buckets buckets;
  private final S3Tables tables;
  private final String kind;
  private final Codec<D> codec;
  private final Function<D, Structure> document;

  /**
   * The configurations of one kind.
   *
   * @param kind names them in the store
   * @param document what the stream of resource changes tells of one
   */
  Configurations(
      Buckets buckets,
      S3Tables tables,
      String kind,
      Codec<D> codec,
      Function<D, Structure> document) {
    this.buckets = buckets;
    this.tables = tables;
    this.kind = kind;
    this.codec = codec;
    this.document = document;
  }

  /** Configurations that are structures of the model. */
  static <S extends Structure> Configurations<S> of(
      Buckets buckets, S3Tables tables, String kind, String shape) {
    @SuppressWarnings("unchecked") // the shape makes it
    Codec<S> codec =
        Codec.of(
            StructureBytes::of, bytes -> (S) StructureBytes.read(bytes, S3Api.MODEL.shape(shape)));
    return new Configurations<>(buckets, tables, kind, codec, structure -> structure);
  }

  /** What comes of the configurations, at hand for those who ask for it with every request. */
  <T> StoreCache<T> cached(Function<D, T> derive) {
    return tables.configurations.cached(CACHED, bytes -> derive.apply(codec.decode(bytes)));
  }

  /** The row of a bucket's configuration. */
  String row(String bucket) {
    return S3Tables.configurationKey(bucket, kind);
  }

  /** The configuration of a bucket; null where it has none. */
  @Nullable D find(String bucket) {
    var bytes = tables.configurations.get(row(bucket));
    return bytes == null ? null : codec.decode(bytes);
  }

  /** Whether a bucket has one, in a transaction. */
  boolean exists(ReadTx tx, String bucket) {
    return tables.configurations.contains(tx, row(bucket));
  }

  /** Puts a bucket's configuration in the place of what it had. */
  <O extends Structure> O put(String bucket, Call call, D configuration, O output) {
    return change(bucket, call, codec.encode(configuration), output);
  }

  /** Takes a bucket's configuration off, where it has one. */
  Unit delete(String bucket, Call call) {
    return change(bucket, call, null, Unit.UNIT);
  }

  private <O extends Structure> O change(
      String bucket, Call call, byte @Nullable [] after, O output) {
    var authorized = buckets.require(bucket, call).record();
    call.concerns(Buckets.TYPE, authorized.arn());
    return call.write(
        tx -> {
          buckets.current(tx, authorized);
          var before = tables.configurations.get(tx, row(bucket));
          store(tx, bucket, after);
          call.changed(
              tx,
              Buckets.TYPE,
              bucket,
              authorized.arn(),
              view(bucket, before),
              view(bucket, after));
          return output;
        });
  }

  private void store(WriteTx tx, String bucket, byte @Nullable [] after) {
    if (after == null) {
      tables.configurations.delete(tx, row(bucket));
    } else {
      tables.configurations.put(tx, row(bucket), after);
    }
  }

  private @Nullable View view(String bucket, byte @Nullable [] stored) {
    return stored == null
        ? null
        : new View(
            bucket,
            kind,
            new String(
                StructureBytes.of(document.apply(codec.decode(stored))), StandardCharsets.UTF_8));
  }
}
