package dev.bulwark.audit.cloudtrail;

import dev.bulwark.lake.LakeException;
import dev.bulwark.lake.LakeQuery;
import dev.bulwark.state.BlobId;
import dev.bulwark.state.BlobStore;
import dev.bulwark.state.BlobWriter;
import dev.bulwark.state.Sealer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/** Results of queries: pages of rows, compressed and sealed, in one blob for each query. */
final class QueryResults {
  private static final String PURPOSE = "cloudtrail/query-result";
  private static final int PAGE_ROWS = 1000;
  private static final int PAGE_BYTES = 1 << 20;
  private static final long MOST_BYTES = 256L << 20;
  private static final long MOST_ROWS = 1_000_000;

  private final BlobStore blobs;
  private final Sealer sealer;

  QueryResults(BlobStore blobs, Sealer sealer) {
    this.blobs = blobs;
    this.sealer = sealer;
  }

  /** The names of a result's columns, and some rows of it. */
  record Rows(List<String> columns, List<List<String>> rows) {
    /** Rows as the API has them: each column a map of one entry. */
    List<List<Map<String, String>>> shown() {
      var shown = new ArrayList<List<Map<String, String>>>(rows.size());
      for (var row : rows) {
        var cells = new ArrayList<Map<String, String>>(row.size());
        for (int i = 0; i < row.size(); i++) {
          cells.add(Map.of(columns.get(i), row.get(i)));
        }
        shown.add(cells);
      }
      return shown;
    }
  }

  /** A result that is being written. */
  final class Writer implements LakeQuery.Sink, AutoCloseable {
    private final BlobWriter blob = blobs.create();
    private final String queryId;
    private final List<QueryRecord.Page> pages = new ArrayList<>();
    private List<String> columns = List.of();
    private List<List<String>> rows = new ArrayList<>();
    private long bytes;
    private long all;
    private long written;

    Writer(String queryId) {
      this.queryId = queryId;
    }

    @Override
    public void columns(List<String> names) {
      columns = names;
    }

    @Override
    public void row(List<String> values) throws IOException, LakeException {
      rows.add(values);
      for (var value : values) {
        bytes += value.length();
        all += value.length();
      }
      if (all > MOST_BYTES || written + rows.size() > MOST_ROWS) {
        throw new LakeException(
            LakeException.Kind.FAILED, "The result is too large: limit or aggregate it.");
      }
      if (rows.size() == PAGE_ROWS || bytes > PAGE_BYTES) {
        flush();
      }
    }

    private void flush() throws IOException {
      var sealed =
          sealer.seal(PURPOSE, encode(new Rows(columns, rows)), belongsTo(queryId, pages.size()));
      pages.add(new QueryRecord.Page(written, blob.length(), sealed.length));
      blob.write(sealed);
      written += rows.size();
      rows = new ArrayList<>();
      bytes = 0;
    }

    /** Completes it, durably. */
    void finish() throws IOException {
      if (pages.isEmpty() || !rows.isEmpty()) {
        flush();
      }
      blob.commit();
    }

    String id() {
      return blob.id().value();
    }

    long rows() {
      return written;
    }

    List<QueryRecord.Page> pages() {
      return pages;
    }

    @Override
    public void close() {
      blob.close();
    }
  }

  Writer create(String queryId) {
    return new Writer(queryId);
  }

  /** Rows of a result, from one on. */
  Rows read(QueryRecord query, long from, int most) throws IOException {
    var found = new ArrayList<List<String>>();
    List<String> columns = List.of();
    for (int i = 0; i < query.pages().size() && found.size() < most; i++) {
      boolean isBefore = i + 1 < query.pages().size() && query.pages().get(i + 1).first() <= from;
      if (!isBefore) {
        var page = page(query, i);
        columns = page.columns();
        long skipped = Math.max(0, from - query.pages().get(i).first());
        page.rows().stream().skip(skipped).limit(most - found.size()).forEach(found::add);
      }
    }
    return new Rows(columns, found);
  }

  /** A page of a result. */
  Rows page(QueryRecord query, int number) throws IOException {
    var page = query.pages().get(number);
    try (var in = blobs.open(blobId(query), page.offset(), page.length())) {
      return decode(sealer.open(PURPOSE, in.readAllBytes(), belongsTo(query.id(), number)));
    }
  }

  private static BlobId blobId(QueryRecord query) {
    return new BlobId(String.valueOf(query.blob()));
  }

  void delete(@Nullable String blob) {
    if (blob != null) {
      blobs.delete(new BlobId(blob));
    }
  }

  void sweep(Set<String> owned) {
    blobs.sweep(id -> owned.contains(id.value()));
  }

  private static byte[] belongsTo(String queryId, int page) {
    return (queryId + "/" + page).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encode(Rows page) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
      write(out, page.columns());
      out.writeInt(page.rows().size());
      for (var row : page.rows()) {
        write(out, row);
      }
    }
    return bytes.toByteArray();
  }

  private static void write(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (var text : texts) {
      var bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }
  }

  private static Rows decode(byte[] bytes) throws IOException {
    try (var in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)))) {
      var columns = texts(in);
      int count = in.readInt();
      var rows = new ArrayList<List<String>>(count);
      for (int i = 0; i < count; i++) {
        rows.add(texts(in));
      }
      return new Rows(columns, rows);
    }
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    int count = in.readInt();
    var texts = new ArrayList<String>(count);
    for (int i = 0; i < count; i++) {
      texts.add(new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
    }
    return texts;
  }
}
