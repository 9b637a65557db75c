package dev.bulwark.storage.s3;

import java.util.Map;
import java.util.TreeMap;

/**
 * How objects of one configuration were used on a day, by storage class and age.
 *
 * @param groups under {@link #name}
 */
record AnalysisDay(Map<String, Counts> groups) {

  /** What was counted. */
  record Counts(long objects, long stored, long uploaded, long retrieved, long gets) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          objects + other.objects,
          stored + other.stored,
          uploaded + other.uploaded,
          retrieved + other.retrieved,
          gets + other.gets);
    }
  }

  AnalysisDay {
    groups = new TreeMap<>(groups);
  }

  static AnalysisDay empty() {
    return new AnalysisDay(Map.of());
  }

  /** How a group is named: by its storage class, and its age. */
  static String name(String storageClass, AgeGroup age) {
    return storageClass + '/' + age.name();
  }

  Counts of(String storageClass, AgeGroup age) {
    return groups.getOrDefault(name(storageClass, age), Counts.NONE);
  }

  AnalysisDay plus(AnalysisDay other) {
    var sum = new TreeMap<>(groups);
    other.groups.forEach((name, counts) -> sum.merge(name, counts, Counts::plus));
    return new AnalysisDay(sum);
  }

  /**
   * How old objects are. Those below 128 KiB are in no group but that of all.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/analytics-storage-class.html">Amazon
   *     S3 analytics – Storage Class Analysis</a>
   */
  enum AgeGroup {
    DAYS_0(0, "000-014"),
    DAYS_15(15, "015-029"),
    DAYS_30(30, "030-044"),
    DAYS_45(45, "045-059"),
    DAYS_60(60, "060-074"),
    DAYS_75(75, "075-089"),
    DAYS_90(90, "090-119"),
    DAYS_120(120, "120-149"),
    DAYS_150(150, "150-179"),
    DAYS_180(180, "180-364"),
    DAYS_365(365, "365-729"),
    DAYS_730(730, "730+"),
    /** Objects that are too small for the others. */
    SMALL(Long.MAX_VALUE, "");

    private static final int LEAST_BYTES = 128 * 1024;

    private final long first;
    private final String label;

    AgeGroup(long first, String label) {
      this.first = first;
      this.label = label;
    }

    /** As reports name it. */
    String label() {
      return label;
    }

    static AgeGroup of(long size, long days) {
      if (size < LEAST_BYTES) {
        return SMALL;
      }
      var found = DAYS_0;
      for (var group : values()) {
        if (days >= group.first) {
          found = group;
        }
      }
      return found;
    }
  }
}
