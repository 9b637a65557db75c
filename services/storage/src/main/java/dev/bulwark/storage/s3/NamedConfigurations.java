package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.S3Api;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.wire.StructureBytes;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Configurations of one kind of which a bucket can have many, each with an id. */
final class NamedConfigurations<S extends Structure> {
  private static final int MOST = 1000;
  private static final int PAGE = 100;
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /**
   * Some of a bucket's configurations, in the order of their ids.
   *
   * @param next where to go on; null at the end
   */
  record Page<S>(List<S> configurations, @Nullable String next) {}

  private final Store store;
  private final Buckets buckets;
  private final S3Tables tables;
  private final String kind;
  private final String shape;

  /**
   * The configurations of one kind.
   *
   * @param kind what the names of their rows begin with
   * @param shape their structure in the model
   */
  NamedConfigurations(Store store, Buckets buckets, S3Tables tables, String kind, String shape) {
    this.store = store;
    this.buckets = buckets;
    this.tables = tables;
    this.kind = kind + '/';
    this.shape = shape;
  }

  /** What the kinds of the rows of such configurations begin with. */
  String kind() {
    return kind;
  }

  private Configurations<S> at(String id) {
    return Configurations.of(buckets, tables, kind + id, shape);
  }

  /** All that a bucket has. */
  List<S> all(String bucket) {
    return store.read(tx -> all(tx, bucket));
  }

  /** All that a bucket has, in a transaction. */
  List<S> all(ReadTx tx, String bucket) {
    return tables.configurations.scan(tx, scan(bucket).limit(MOST)).stream()
        .map(row -> decode(row.value()))
        .toList();
  }

  private Scan scan(String bucket) {
    return Scan.prefix(Key.of(bucket, kind));
  }

  private S decode(byte[] bytes) {
    @SuppressWarnings("unchecked") // the shape makes it
    var structure = (S) StructureBytes.read(bytes, S3Api.MODEL.shape(shape));
    return structure;
  }

  /** The one of that id. */
  S get(String bucket, @Nullable String id, Call call) {
    buckets.require(bucket, call);
    var found = id == null ? null : at(id).find(bucket);
    if (found == null) {
      throw ConfigurationErrors.noConfiguration();
    }
    return found;
  }

  /**
   * Puts one.
   *
   * @param inner the id within the configuration
   */
  Unit put(String bucket, @Nullable String id, @Nullable String inner, S configuration, Call call) {
    var record = buckets.require(bucket, call).record();
    if (id == null || inner == null || !ID.matcher(id).matches()) {
      throw ConfigurationErrors.invalidId(id);
    }
    if (!id.equals(inner)) {
      throw ConfigurationErrors.otherId(id);
    }
    if (at(id).find(record.name()) == null && all(record.name()).size() >= MOST) {
      throw ConfigurationErrors.tooManyConfigurations();
    }
    return at(id).put(bucket, call, configuration, Unit.UNIT);
  }

  /** Deletes one. */
  Unit delete(String bucket, @Nullable String id, Call call) {
    get(bucket, id, call);
    return at(String.valueOf(id)).delete(bucket, call);
  }

  /** A page of a bucket's configurations. */
  Page<S> list(String bucket, @Nullable String token, Call call) {
    buckets.require(bucket, call);
    var after = after(token);
    var all = scan(bucket).limit(PAGE + 1);
    var rows =
        store.read(
            tx ->
                tables.configurations.scan(
                    tx, after == null ? all : all.after(Key.of(bucket, kind + after))));
    var shown = rows.subList(0, Math.min(PAGE, rows.size()));
    var next =
        rows.size() > PAGE
            ? Tokens.encode(Key.last(shown.getLast().key(), 2).substring(kind.length()))
            : null;
    return new Page<>(shown.stream().map(row -> decode(row.value())).toList(), next);
  }

  /** The id after which a page begins; an empty token stands for the first page. */
  private static @Nullable String after(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      return null;
    }
    try {
      return Tokens.decode(token, "continuation-token");
    } catch (ApiException e) {
      throw ConfigurationErrors.malformedToken();
    }
  }
}
