package dev.bulwark.storage.s3;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an object that was uploaded in parts, in their order.
 *
 * @param uploadId of the upload that they were of; null where that is not known
 */
record PartList(List<PartRecord> parts, @Nullable String uploadId) {

  byte[] toBytes() {
    var out = new RecordWriter(16 + parts.size() * 96);
    out.number(parts.size());
    parts.forEach(part -> part.write(out));
    if (uploadId != null) {
      out.text(uploadId);
    }
    return out.toBytes();
  }

  static PartList ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    int count = in.integer();
    var parts = new ArrayList<PartRecord>(count);
    for (int i = 0; i < count; i++) {
      parts.add(PartRecord.read(in));
    }
    return new PartList(parts, in.hasMore() ? in.text() : null);
  }

  /** Where a part begins within the object. */
  long offsetOf(int index) {
    long offset = 0;
    for (int i = 0; i < index; i++) {
      offset += parts.get(i).size();
    }
    return offset;
  }
}
