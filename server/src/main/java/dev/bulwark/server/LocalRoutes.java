package dev.bulwark.server;

import dev.bulwark.base.BulwarkClock;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Period;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The installation's own routes below {@code /_bulwark/}, which are no AWS API: its health, signing
 * in with a password, and with {@code --lab} a reset and a clock. A bucket cannot be named so:
 * bucket names have no underscore.
 */
final class LocalRoutes {
  static final String PREFIX = "/_bulwark/";

  private static final int MAX_BODY = 1024;
  private static final Pattern ADVANCE =
      Pattern.compile("\\s*\\{\\s*\"advance\"\\s*:\\s*\"([-+0-9A-Za-z.]{1,40})\"\\s*}\\s*");

  private final Supplier<String> health;
  private final BulwarkClock clock;
  private final @Nullable Runnable reset;
  private final SignInRoutes signIn;

  /**
   * Routes.
   *
   * @param health the state of the installation, as JSON
   * @param reset forgets everything; null without {@code --lab}
   */
  LocalRoutes(
      Supplier<String> health, BulwarkClock clock, @Nullable Runnable reset, SignInRoutes signIn) {
    this.health = health;
    this.clock = clock;
    this.reset = reset;
    this.signIn = signIn;
  }

  HttpResponse handle(HttpRequest request) {
    var route = request.method() + " " + request.rawPath().substring(PREFIX.length());
    // Pages of other origins may not steer a laboratory: browsers name the origin in every POST.
    if (!request.method().equals("GET") && request.headers().contains("origin")) {
      return json(403, "{\"message\":\"requests of web pages are not served here\"}");
    }
    return switch (route) {
      case "GET health" -> json(200, health.get());
      case "POST sign-in" -> signIn.signIn(request);
      case "POST root-password" -> signIn.rootPassword(request);
      case "POST reset" -> reset == null ? notFound() : reset();
      case "POST clock" -> reset == null ? notFound() : advance(request);
      default -> notFound();
    };
  }

  private HttpResponse reset() {
    if (reset != null) {
      reset.run();
      clock.reset();
    }
    return json(200, "{\"reset\":true}");
  }

  private HttpResponse advance(HttpRequest request) {
    try {
      var body = new String(request.body().stream().readNBytes(MAX_BODY), StandardCharsets.UTF_8);
      var matcher = ADVANCE.matcher(body);
      if (!matcher.matches()) {
        return json(
            400, "{\"message\":\"send {\\\"advance\\\":\\\"P7D\\\"}: an ISO-8601 duration\"}");
      }
      var now = clock.advance(duration(matcher.group(1)));
      return json(200, "{\"now\":\"" + now + "\"}");
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return json(
          400,
          "{\"message\":\"the duration is not of ISO-8601, such as P7D or PT90M, negative, or too long\"}");
    } catch (IOException e) {
      return json(400, "{\"message\":\"the body could not be read\"}");
    }
  }

  private static Duration duration(String text) {
    return text.contains("W") || text.contains("Y") || (text.contains("M") && !text.contains("T"))
        ? Duration.ofDays(
            Math.addExact(Period.parse(text).toTotalMonths() * 30, Period.parse(text).getDays()))
        : Duration.parse(text);
  }

  private static HttpResponse notFound() {
    return json(404, "{\"message\":\"there is no such route\"}");
  }

  static HttpResponse json(int status, String text) {
    return HttpResponse.of(
        status, "application/json", (text + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
