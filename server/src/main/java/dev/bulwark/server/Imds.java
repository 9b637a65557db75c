package dev.bulwark.server;

import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The instance metadata service, version 2, as an instance sees it: a token by PUT, then documents
 * by GET. There is no version 1, as where {@code HttpTokens} is {@code required}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html">Access
 *     instance metadata for an EC2 instance</a>
 */
final class Imds {
  private static final System.Logger LOG = System.getLogger(Imds.class.getName());
  private static final String ROOT = "/latest/";
  private static final String TOKEN_PATH = ROOT + "api/token";
  private static final String TOKEN = "x-aws-ec2-metadata-token";
  private static final String TTL = "x-aws-ec2-metadata-token-ttl-seconds";
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,5}");
  private static final int LONGEST_TTL = 21_600;

  private static final Map<Integer, String> REASONS =
      Map.of(
          400, "Bad Request",
          401, "Unauthorized",
          403, "Forbidden",
          404, "Not Found",
          405, "Method Not Allowed",
          503, "Service Unavailable");

  private final ImdsInstance instance;
  private final Clock clock;
  private final ImdsTokens tokens = new ImdsTokens();

  /**
   * The service.
   *
   * @param clock by which tokens end
   */
  Imds(ImdsInstance instance, Clock clock) {
    this.instance = instance;
    this.clock = clock;
  }

  HttpResponse handle(HttpRequest request) {
    // Pages of the web, whose browser names their origin when they ask for a token, are no part of
    // the instance.
    if (request.headers().contains("origin")) {
      return failure(403);
    }
    return switch (request.method()) {
      case "PUT" -> token(request);
      case "GET", "HEAD" -> get(request);
      default -> failure(405);
    };
  }

  private HttpResponse token(HttpRequest request) {
    // A proxy that passes requests on from outside names whom it does that for.
    if (!request.rawPath().equals(TOKEN_PATH) || request.headers().contains("x-forwarded-for")) {
      return failure(403);
    }
    var ttl = ttl(request.headers().first(TTL));
    if (ttl == 0) {
      return failure(400);
    }
    return text(tokens.issue(clock.instant(), Duration.ofSeconds(ttl)), ttl);
  }

  /** 0 where there is none that will do. */
  private static int ttl(@Nullable String text) {
    if (text == null || !SECONDS.matcher(text).matches()) {
      return 0;
    }
    var seconds = Integer.parseInt(text);
    return seconds <= LONGEST_TTL ? seconds : 0;
  }

  private HttpResponse get(HttpRequest request) {
    var token = request.headers().first(TOKEN);
    var left = token == null ? 0 : tokens.secondsLeft(token, clock.instant());
    if (left == 0) {
      return failure(401);
    }
    if (request.rawPath().equals(TOKEN_PATH)) {
      return failure(405);
    }
    if (!request.rawPath().startsWith(ROOT)) {
      return failure(404);
    }
    try {
      var found = find(request.rawPath().substring(ROOT.length()));
      return found == null ? failure(404) : text(found, left);
    } catch (StartException e) {
      LOG.log(
          System.Logger.Level.WARNING, () -> "The installation did not answer: " + e.getMessage());
      return failure(503);
    }
  }

  /** A document, or what is in a folder; folders are named with and without a slash at the end. */
  private @Nullable String find(String path) {
    var documents = instance.documents(path);
    var document = documents.get(path);
    if (document != null) {
      return document;
    }
    var folder = path.isEmpty() || path.endsWith("/") ? path : path + "/";
    var names = new LinkedHashSet<String>();
    for (var known : documents.keySet()) {
      if (known.startsWith(folder)) {
        var rest = known.substring(folder.length());
        var slash = rest.indexOf('/');
        names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
      }
    }
    return names.isEmpty() ? null : String.join("\n", names);
  }

  private static HttpResponse text(String text, long secondsLeft) {
    var response = HttpResponse.of(200, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    response.headers().add(TTL, Long.toString(secondsLeft));
    return response;
  }

  /** In AWS's form: a page. */
  private static HttpResponse failure(int status) {
    var title = status + " - " + REASONS.get(status);
    var page =
        """
        <?xml version="1.0" encoding="iso-8859-1"?>
        <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
        <html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
         <head>
          <title>%s</title>
         </head>
         <body>
          <h1>%s</h1>
         </body>
        </html>
        """
            .formatted(title, title);
    return HttpResponse.of(status, "text/html", page.getBytes(StandardCharsets.ISO_8859_1));
  }
}
