package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.BucketLifecycleConfiguration;
import dev.bulwark.api.s3.LifecycleRule;
import dev.bulwark.api.s3.S3Api;
import dev.bulwark.state.Codec;
import dev.bulwark.wire.StructureBytes;
import java.util.List;

/**
 * A bucket's lifecycle configuration, as it is stored.
 *
 * @param smallToArchives whether objects below 128 KiB move to archives by themselves
 */
record LifecyclePolicy(BucketLifecycleConfiguration configuration, boolean smallToArchives) {
  static final String KIND = "lifecycle";
  static final String ALL_SIZES_ALIKE = "all_storage_classes_128K";
  static final String BY_STORAGE_CLASS = "varies_by_storage_class";
  static final Codec<LifecyclePolicy> CODEC =
      Codec.of(LifecyclePolicy::toBytes, LifecyclePolicy::ofBytes);

  /** The rules that are at work. */
  List<LifecycleRule> enabled() {
    return configuration.rules().stream().filter(rule -> rule.status().equals("Enabled")).toList();
  }

  /** The value of the header that tells which objects are too small to move. */
  String defaultMinimumSize() {
    return smallToArchives ? BY_STORAGE_CLASS : ALL_SIZES_ALIKE;
  }

  private byte[] toBytes() {
    return new RecordWriter(512)
        .flag(smallToArchives)
        .raw(StructureBytes.of(configuration))
        .toBytes();
  }

  private static LifecyclePolicy ofBytes(byte[] bytes) {
    var in = new RecordReader(bytes);
    boolean small = in.flag();
    return new LifecyclePolicy(
        (BucketLifecycleConfiguration)
            StructureBytes.read(in.raw(), S3Api.MODEL.shape("BucketLifecycleConfiguration")),
        small);
  }
}
