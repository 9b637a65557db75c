package dev.bulwark.lake;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Trino's functions, as DuckDB has them. Others are not to be had: so no query reaches files,
 * settings or catalogs.
 *
 * @see <a href="https://trino.io/docs/current/functions.html">Functions and operators</a>
 */
final class Functions {
  /** A function of DuckDB's that stands for one of Trino's, made of its arguments. */
  private interface Translation {
    JsonNode of(ObjectNode call, ArrayNode arguments);
  }

  /** Those that mean the same in both. What has no letters are operators. */
  private static final Set<String> SAME =
      Set.of(
          ("+ - * / % || ~~ !~~ like_escape not_like_escape count count_star sum avg min max"
                  + " bool_and bool_or stddev stddev_pop stddev_samp variance var_pop var_samp corr"
                  + " covar_pop covar_samp regr_slope regr_intercept skewness kurtosis entropy"
                  + " any_value array_agg max_by min_by count_if histogram grouping row_number rank"
                  + " dense_rank percent_rank cume_dist ntile lag lead first_value last_value"
                  + " nth_value abs ceil ceiling floor round sign sqrt cbrt power pow exp ln log2"
                  + " log10 mod greatest least sin cos tan asin acos atan atan2 degrees radians pi"
                  + " random upper lower trim ltrim rtrim length reverse replace concat concat_ws lpad"
                  + " rpad substring substr starts_with strpos position split_part translate chr"
                  + " date_trunc year month day hour minute second week quarter now date_part timezone"
                  + " to_years to_months to_weeks to_days to_hours to_minutes to_seconds"
                  + " to_milliseconds trunc json_array_length map map_keys map_values map_entries"
                  + " flatten row typeof to_base64 nullif regexp_full_match unnest last_day")
              .split(" "));

  private static final Map<String, String> RENAMED =
      Map.ofEntries(
          Map.entry("arbitrary", "any_value"),
          Map.entry("approx_distinct", "approx_count_distinct"),
          Map.entry("approx_percentile", "approx_quantile"),
          Map.entry("geometric_mean", "geomean"),
          Map.entry("every", "bool_and"),
          Map.entry("listagg", "string_agg"),
          Map.entry("truncate", "trunc"),
          Map.entry("rand", "random"),
          Map.entry("is_nan", "isnan"),
          Map.entry("codepoint", "unicode"),
          Map.entry("levenshtein_distance", "levenshtein"),
          Map.entry("hamming_distance", "hamming"),
          Map.entry("split", "string_split"),
          Map.entry("regexp_like", "regexp_matches"),
          Map.entry("regexp_matches", "regexp_matches"),
          Map.entry("regexp_extract_all", "regexp_extract_all"),
          Map.entry("regexp_split", "regexp_split_to_array"),
          Map.entry("day_of_month", "day"),
          Map.entry("day_of_week", "isodow"),
          Map.entry("dow", "isodow"),
          Map.entry("day_of_year", "dayofyear"),
          Map.entry("doy", "dayofyear"),
          Map.entry("week_of_year", "week"),
          Map.entry("year_of_week", "isoyear"),
          Map.entry("yow", "isoyear"),
          Map.entry("last_day_of_month", "last_day"),
          // Trino counts whole units, as date_sub does; DuckDB's date_diff counts their borders.
          Map.entry("date_diff", "date_sub"),
          Map.entry("from_unixtime", "to_timestamp"),
          Map.entry("to_unixtime", "epoch"),
          Map.entry("contains", "list_contains"),
          Map.entry("array_join", "array_to_string"),
          Map.entry("array_distinct", "list_distinct"),
          Map.entry("array_sort", "list_sort"),
          Map.entry("array_max", "list_max"),
          Map.entry("array_min", "list_min"),
          Map.entry("array_position", "list_position"),
          Map.entry("array_intersect", "list_intersect"),
          Map.entry("arrays_overlap", "list_has_any"),
          Map.entry("sequence", "generate_series"),
          Map.entry("filter", "list_filter"),
          Map.entry("transform", "list_transform"));

  private static final Set<String> UNITS =
      Set.of("millisecond", "second", "minute", "hour", "day", "week", "month", "year");

  private final Map<String, Translation> translated = new HashMap<>();

  Functions() {
    translated.put("element_at", (call, in) -> Ast.operator("ARRAY_EXTRACT", in));
    translated.put("if", Functions::conditional);
    translated.put("json_extract", (call, in) -> Ast.attempt(Ast.call("json_extract", in)));
    translated.put(
        "json_extract_scalar", (call, in) -> Ast.attempt(Ast.call("json_extract_string", in)));
    translated.put("json_parse", (call, in) -> Ast.cast(in.get(0), "JSON"));
    translated.put("json_format", (call, in) -> Ast.cast(in.get(0), "VARCHAR"));
    translated.put("date", (call, in) -> Ast.cast(in.get(0), "DATE"));
    translated.put("from_iso8601_date", (call, in) -> Ast.cast(in.get(0), "DATE"));
    translated.put("from_iso8601_timestamp", (call, in) -> Ast.cast(in.get(0), "TIMESTAMPTZ"));
    translated.put(
        "to_iso8601", (call, in) -> time("strftime", in.get(0), "%Y-%m-%dT%H:%M:%S.%gZ"));
    translated.put("date_format", (call, in) -> time("strftime", in.get(0), format(in.get(1))));
    translated.put("date_parse", (call, in) -> time("strptime", in.get(0), format(in.get(1))));
    translated.put("date_add", Functions::add);
    translated.put(
        "cardinality", (call, in) -> Ast.call(isMap(in.get(0)) ? "cardinality" : "len", in));
    translated.put(
        "any_match", (call, in) -> Ast.compare("COMPARE_GREATERTHAN", matching(in), Ast.number(0)));
    translated.put(
        "none_match", (call, in) -> Ast.compare("COMPARE_EQUAL", matching(in), Ast.number(0)));
    translated.put(
        "all_match",
        (call, in) ->
            Ast.compare("COMPARE_EQUAL", matching(in), Ast.call("len", Ast.list(in.get(0)))));
    translated.put("regexp_extract", Functions::extract);
    translated.put("regexp_replace", Functions::replace);
    translated.put(
        "slice",
        (call, in) ->
            Ast.call(
                "list_slice",
                Ast.list(
                    in.get(0),
                    in.get(1),
                    Ast.call(
                        "-",
                        Ast.list(Ast.call("+", Ast.list(in.get(1), in.get(2))), Ast.number(1))))));
    translated.put(
        "map_agg",
        (call, in) ->
            Ast.call(
                "map",
                Ast.list(
                    Ast.call("array_agg", Ast.list(in.get(0))),
                    Ast.call("array_agg", Ast.list(in.get(1))))));
  }

  /** How many arguments translations look at without asking. */
  private static final Map<String, Integer> LEAST =
      Map.ofEntries(
          Map.entry("element_at", 2),
          Map.entry("if", 2),
          Map.entry("date_format", 2),
          Map.entry("date_parse", 2),
          Map.entry("date_add", 3),
          Map.entry("any_match", 2),
          Map.entry("all_match", 2),
          Map.entry("none_match", 2),
          Map.entry("regexp_extract", 2),
          Map.entry("regexp_replace", 2),
          Map.entry("slice", 3),
          Map.entry("map_agg", 2));

  /**
   * The call in DuckDB's terms.
   *
   * @param call whose arguments are translated already
   * @return null where there is no such function
   */
  @Nullable JsonNode translate(String name, ObjectNode call) throws LakeException {
    if (SAME.contains(name)) {
      return call;
    }
    var other = RENAMED.get(name);
    if (other != null) {
      return Ast.rename(call, other);
    }
    var translation = translated.get(name);
    if (translation == null) {
      return null;
    }
    var arguments = Ast.arguments(call);
    if (arguments.size() < LEAST.getOrDefault(name, 1)) {
      throw new LakeException(
          LakeException.Kind.STATEMENT, "Unexpected parameters for function " + name);
    }
    return translation.of(call, arguments);
  }

  /** Whether a window function is one of those that are to be had. */
  static boolean isWindow(String name) {
    return SAME.contains(name) || RENAMED.containsKey(name);
  }

  private static JsonNode conditional(ObjectNode call, ArrayNode in) {
    return Ast.conditional(in.get(0), in.get(1), in.size() > 2 ? in.get(2) : Ast.nothing());
  }

  private static JsonNode time(String function, JsonNode value, String format) {
    return Ast.call(function, Ast.list(value, Ast.text(format)));
  }

  /** MySQL's marks of minutes, seconds and names in those of C. */
  private static String format(JsonNode constant) {
    return Ast.textOf(constant)
        .replace("%i", "%M")
        .replace("%s", "%S")
        .replace("%T", "%H:%M:%S")
        .replace("%W", "%A")
        .replace("%e", "%-d")
        .replace("%k", "%-H")
        .replace("%h", "%I");
  }

  private static JsonNode add(ObjectNode call, ArrayNode in) {
    var unit = Ast.textOf(in.get(0)).toLowerCase(Locale.ROOT);
    var interval =
        UNITS.contains(unit)
            ? Ast.call("to_" + unit + "s", Ast.list(in.get(1)))
            : Ast.call("to_months", Ast.list(Ast.call("*", Ast.list(in.get(1), Ast.number(3)))));
    return Ast.call("+", Ast.list(in.get(2), interval));
  }

  /** Which columns are maps is all that is known of types here. */
  private static boolean isMap(JsonNode argument) {
    var names = argument.path("column_names");
    var last = names.isEmpty() ? "" : names.get(names.size() - 1).asString();
    return switch (last.toLowerCase(Locale.ROOT)) {
      case "requestparameters",
          "responseelements",
          "additionaleventdata",
          "serviceeventdetails",
          "edgedevicedetails",
          "insightdetails",
          "details",
          "attributes" ->
          true;
      default -> false;
    };
  }

  private static JsonNode matching(ArrayNode in) {
    return Ast.call("len", Ast.list(Ast.call("list_filter", in)));
  }

  /** What is not found is null in Trino, and empty in DuckDB. */
  private static JsonNode extract(ObjectNode call, ArrayNode in) {
    return Ast.call("nullif", Ast.list(Ast.call("regexp_extract", in), Ast.text("")));
  }

  /** All matches; groups are named by a dollar in Trino. */
  private static JsonNode replace(ObjectNode call, ArrayNode in) {
    var by = in.size() > 2 ? Ast.textOf(in.get(2)).replaceAll("\\$(\\d)", "\\\\$1") : "";
    return Ast.call("regexp_replace", Ast.list(in.get(0), in.get(1), Ast.text(by), Ast.text("g")));
  }
}
