package dev.bulwark.storage.s3;

import java.util.ArrayList;
import java.util.List;

/** The parts of an object that was uploaded in parts, in their order. */
record PartList(List<PartRecord> parts) {

  byte[] toBytes() {
    var out = new RecordWriter(16 + parts.size() * 96);
    out.number(parts.size());
    parts.forEach(part -> part.write(out));
    return out.toBytes();
  }

  static PartList ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    int count = in.integer();
    var parts = new ArrayList<PartRecord>(count);
    for (int i = 0; i < count; i++) {
      parts.add(PartRecord.read(in));
    }
    return new PartList(parts);
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
