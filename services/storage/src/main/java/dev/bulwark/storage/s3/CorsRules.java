package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.CORSConfiguration;
import dev.bulwark.api.s3.CORSRule;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A bucket's CORS configuration at work: the first rule that fits a request answers it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html">Configuring
 *     cross-origin resource sharing</a>
 */
record CorsRules(List<CORSRule> rules) {
  private static final int MAX_RULES = 100;
  private static final Set<String> METHODS = Set.of("GET", "PUT", "POST", "DELETE", "HEAD");
  private static final String ANY = "*";

  static CorsRules of(CORSConfiguration configuration) {
    return new CorsRules(configuration.corsRules());
  }

  // What may be configured

  /**
   * Checks a configuration.
   *
   * @throws dev.bulwark.schema.ApiException as S3 refuses it
   */
  static void check(@Nullable CORSConfiguration configuration) {
    var rules = configuration == null ? null : configuration.corsRules();
    if (rules == null || rules.isEmpty()) {
      throw S3Errors.malformedXml();
    }
    if (rules.size() > MAX_RULES) {
      throw ConfigurationErrors.tooManyCorsRules();
    }
    rules.forEach(CorsRules::check);
  }

  private static void check(CORSRule rule) {
    // An ID may be longer than the 255 characters of the API reference: AWS was seen to take 1,025.
    if (list(rule.allowedMethods()).isEmpty() || list(rule.allowedOrigins()).isEmpty()) {
      throw S3Errors.malformedXml();
    }
    for (var method : rule.allowedMethods()) {
      if (!METHODS.contains(method)) {
        throw ConfigurationErrors.corsMethod(method);
      }
    }
    checkWildcards("AllowedOrigin", rule.allowedOrigins());
    checkWildcards("AllowedHeader", list(rule.allowedHeaders()));
    for (var header : list(rule.exposeHeaders())) {
      if (header.contains(ANY)) {
        throw ConfigurationErrors.corsExposedWildcard(header);
      }
    }
  }

  private static void checkWildcards(String member, List<String> patterns) {
    for (var pattern : patterns) {
      if (pattern.indexOf(ANY) != pattern.lastIndexOf(ANY)) {
        throw ConfigurationErrors.corsWildcards(member, pattern);
      }
    }
  }

  // What is answered

  /** The headers for a request with an Origin; null where no rule fits it. */
  @Nullable HttpHeaders answer(HttpRequest request, String method) {
    var origin = Objects.requireNonNull(request.headers().first("origin"));
    var wanted = wantedHeaders(request.headers());
    for (var rule : rules) {
      var allowed = originOf(rule, origin);
      if (allowed != null && rule.allowedMethods().contains(method) && allows(rule, wanted)) {
        return headers(rule, allowed, wanted);
      }
    }
    return null;
  }

  private static List<String> wantedHeaders(HttpHeaders headers) {
    var wanted = headers.first("access-control-request-headers");
    return wanted == null
        ? List.of()
        : Arrays.stream(wanted.split(","))
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .filter(name -> !name.isEmpty())
            .toList();
  }

  /** The origin to answer with; null where the rule does not fit it. */
  private static @Nullable String originOf(CORSRule rule, String origin) {
    if (rule.allowedOrigins().contains(ANY)) {
      return ANY;
    }
    return rule.allowedOrigins().stream().anyMatch(pattern -> fits(pattern, origin))
        ? origin
        : null;
  }

  private static boolean allows(CORSRule rule, List<String> wanted) {
    var patterns =
        list(rule.allowedHeaders()).stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    return wanted.stream()
        .allMatch(name -> patterns.stream().anyMatch(pattern -> fits(pattern, name)));
  }

  private static boolean fits(String pattern, String text) {
    int star = pattern.indexOf(ANY);
    if (star < 0) {
      return pattern.equals(text);
    }
    var end = pattern.substring(star + 1);
    return text.length() >= pattern.length() - 1
        && text.startsWith(pattern.substring(0, star))
        && text.endsWith(end);
  }

  private static HttpHeaders headers(CORSRule rule, String origin, List<String> wanted) {
    var headers = new HttpHeaders().set("access-control-allow-origin", origin);
    headers.set("access-control-allow-methods", String.join(", ", rule.allowedMethods()));
    if (!wanted.isEmpty()) {
      headers.set("access-control-allow-headers", String.join(", ", wanted));
    }
    if (!list(rule.exposeHeaders()).isEmpty()) {
      headers.set("access-control-expose-headers", String.join(", ", rule.exposeHeaders()));
    }
    if (rule.maxAgeSeconds() != null) {
      headers.set("access-control-max-age", rule.maxAgeSeconds().toString());
    }
    if (!origin.equals(ANY)) {
      headers.set("access-control-allow-credentials", "true");
    }
    return headers.set(
        "vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method");
  }

  private static List<String> list(@Nullable List<String> values) {
    return values == null ? List.of() : values;
  }
}
