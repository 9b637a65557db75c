package dev.bulwark.storage.s3;

import dev.bulwark.storage.s3.AnalysisDay.AgeGroup;
import dev.bulwark.storage.s3.AnalysisDay.Counts;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What a storage class analysis found out, as CSV: by date within age group, and all ages together
 * at the end. AWS does not say by what it recommends an age for objects to move to STANDARD_IA, so
 * these columns are empty.
 *
 * @param filter as the report shows it
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/analytics-storage-class.html#analytics-storage-class-export-file-layout">Exported
 *     file layout</a>
 */
record AnalysisReport(String id, String filter, SortedMap<LocalDate, AnalysisDay> days) {
  private static final String HEADER =
      "Date,ConfigId,Filter,StorageClass,ObjectAge,ObjectCount,DataUploaded_MB,Storage_MB,DataRetrieved_MB,"
          + "GetRequestCount,CumulativeAccessRatio,ObjectAgeForSIATransition,RecommendedObjectAgeForSIATransition\n";
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("MM-dd-yyyy");
  private static final int MEGABYTE = 1024 * 1024;
  private static final int DECIMALS = 6;

  String csv() {
    var csv = new StringBuilder(HEADER);
    for (var age : AgeGroup.values()) {
      if (age != AgeGroup.SMALL) {
        days.forEach((date, day) -> classes(day, name -> line(csv, date, name, age, day)));
      }
    }
    days.forEach((date, day) -> classes(day, name -> all(csv, date, name, day)));
    return csv.toString();
  }

  private static void classes(AnalysisDay day, Consumer<String> each) {
    var names = new TreeSet<String>();
    day.groups().keySet().forEach(name -> names.add(name.substring(0, name.indexOf('/'))));
    names.forEach(each);
  }

  private void line(
      StringBuilder csv, LocalDate date, String storageClass, AgeGroup age, AnalysisDay day) {
    var counts = day.of(storageClass, age);
    var older = Counts.NONE;
    for (var group : AgeGroup.values()) {
      if (group.compareTo(age) >= 0 && group != AgeGroup.SMALL) {
        older = older.plus(day.of(storageClass, group));
      }
    }
    append(csv, date, storageClass, age.label(), counts, older);
  }

  private void all(StringBuilder csv, LocalDate date, String storageClass, AnalysisDay day) {
    var sum = Counts.NONE;
    for (var group : AgeGroup.values()) {
      sum = sum.plus(day.of(storageClass, group));
    }
    append(csv, date, storageClass, "ALL", sum, sum);
  }

  /**
   * Appends a line.
   *
   * @param cumulative of the age and all above it, for the ratio of what was read to what is there
   */
  private void append(
      StringBuilder csv,
      LocalDate date,
      String storageClass,
      String age,
      Counts counts,
      Counts cumulative) {
    csv.append(DATE.format(date))
        .append(',')
        .append(id)
        .append(',')
        .append(filter)
        .append(',')
        .append(storageClass)
        .append(',')
        .append(age)
        .append(',')
        .append(counts.objects())
        .append(',')
        .append(quotient(counts.uploaded(), MEGABYTE))
        .append(',')
        .append(quotient(counts.stored(), MEGABYTE))
        .append(',')
        .append(quotient(counts.retrieved(), MEGABYTE))
        .append(',')
        .append(counts.gets())
        .append(',')
        .append(
            cumulative.stored() == 0 ? "" : quotient(cumulative.retrieved(), cumulative.stored()))
        .append(",,\n");
  }

  private static String quotient(long value, long by) {
    return BigDecimal.valueOf(value)
        .divide(BigDecimal.valueOf(by), DECIMALS, RoundingMode.HALF_UP)
        .stripTrailingZeros()
        .toPlainString();
  }

  /** The filter of a configuration as a field of CSV. */
  static String text(ObjectFilter filter) {
    var parts = new StringBuilder();
    if (!filter.prefix().isEmpty()) {
      parts.append("prefix=").append(filter.prefix());
    }
    filter
        .tags()
        .forEach(
            tag ->
                parts
                    .append(parts.isEmpty() ? "" : "&")
                    .append("tag:")
                    .append(tag.key())
                    .append('=')
                    .append(tag.value()));
    var text = parts.toString();
    return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
