package dev.bulwark.server;

import dev.bulwark.access.AuthFamily;
import dev.bulwark.access.Principal;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigV4Signer;
import dev.bulwark.access.SigningPolicy;
import dev.bulwark.api.sts.Credentials;
import dev.bulwark.base.Region;
import dev.bulwark.identity.iam.ConsolePasswords.Outcome;
import dev.bulwark.identity.iam.ConsolePasswords.Result;
import dev.bulwark.identity.signin.SignIn;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.state.StoreException;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Signing in with a password, and setting the root user's. Answers are credentials in the form that
 * AWS's clients take from a {@code credential_process}.
 */
final class SignInRoutes implements LocalRoute {
  /** The service that a signature on these routes names. */
  static final String SIGNING_NAME = FirstRoot.SIGNING_NAME;

  private static final System.Logger LOG = System.getLogger(SignInRoutes.class.getName());
  private static final int MAX_BODY = 4096;
  private static final int MAX_PASSWORD = 1024;

  /** As long as an e-mail address can be; names and aliases are shorter. */
  private static final int MAX_NAME = 320;

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern CODE = Pattern.compile("<Code>([^<]*)</Code>");
  private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)</Message>");

  private final SignIn signIn;
  private final SigV4Authenticator authenticator;
  private final Function<HttpRequest, HttpResponse> api;
  private final SigningPolicy signing;
  private final Clock clientClock;

  /**
   * The routes.
   *
   * @param api the installation's own API, by which a user changes an expired password
   * @param clientClock the clock by which signatures are judged
   */
  SignInRoutes(
      SignIn signIn,
      SigV4Authenticator authenticator,
      Function<HttpRequest, HttpResponse> api,
      Clock clientClock) {
    this.signIn = signIn;
    this.authenticator = authenticator;
    this.api = api;
    this.clientClock = clientClock;
    this.signing =
        new SigningPolicy(
            List.of(SIGNING_NAME),
            any -> true,
            Region.US_EAST_1.name(),
            AuthFamily.REST_JSON,
            false,
            MAX_BODY);
  }

  @Override
  public @Nullable HttpResponse handle(String route, HttpRequest request) {
    return switch (route) {
      case "POST sign-in" -> signIn(request);
      case "POST root-password" -> rootPassword(request);
      default -> null;
    };
  }

  /** {@code POST /_bulwark/sign-in}. */
  private HttpResponse signIn(HttpRequest request) {
    try {
      return judge(request);
    } catch (StoreException e) {
      // Nobody gets in unrecorded.
      LOG.log(System.Logger.Level.ERROR, "A sign-in could not be recorded", e);
      return error(503, "ServiceUnavailable", "the store cannot be written");
    }
  }

  private HttpResponse judge(HttpRequest request) {
    var body = read(request);
    if (body == null) {
      return error(400, "BadRequest", "send a JSON object of at most 4096 bytes");
    }
    var password = password(body, "password");
    var user = text(body, "user");
    var account = text(body, "account");
    var email = text(body, "email");
    var code = text(body, "mfaCode");
    if (password != null && email != null && user == null) {
      return answer(request, signIn.root(request, email, password, code));
    }
    if (password == null || user == null || account == null) {
      return error(
          400, "BadRequest", "send account, user and password; or email and password for root");
    }
    var next = password(body, "newPassword");
    var outcome = signIn.user(request, account, user, password, code, next != null);
    if (next != null && outcome.result() == Result.MAY_CHANGE && outcome.principal() != null) {
      return change(request, outcome.principal(), outcome.withCode(), password, next);
    }
    return answer(request, outcome);
  }

  private HttpResponse answer(HttpRequest request, Outcome outcome) {
    var principal = outcome.principal();
    return switch (outcome.result()) {
      case SIGNED_IN ->
          principal == null
              ? wrong()
              : credentials(signIn.complete(request, principal, outcome.withCode()));
      case WRONG -> wrong();
      case NEEDS_CODE -> error(401, "MfaCodeRequired", "send mfaCode too");
      case MUST_CHANGE, MAY_CHANGE ->
          error(
              403,
              "PasswordChangeRequired",
              "the password has expired or was given to you: send newPassword too");
      case EXPIRED ->
          error(
              403,
              "PasswordExpired",
              "the password has expired: an administrator has to set another");
      case TOO_MANY_ATTEMPTS ->
          error(429, "TooManyAttempts", "there were too many attempts: try again later");
    };
  }

  private static HttpResponse wrong() {
    return error(
        403,
        "AuthenticationFailed",
        "Your authentication information is incorrect. Please try again.");
  }

  /** Changes the password as the user, by the API, so that all its rules hold. */
  private HttpResponse change(
      HttpRequest request, Principal user, boolean withCode, String password, String next) {
    var session = signIn.session(user, withCode);
    var form =
        "Action=ChangePassword&Version=2010-05-08&OldPassword="
            + URLEncoder.encode(password, StandardCharsets.UTF_8)
            + "&NewPassword="
            + URLEncoder.encode(next, StandardCharsets.UTF_8);
    var bytes = form.getBytes(StandardCharsets.UTF_8);
    var headers =
        new HttpHeaders()
            .add("host", "iam.amazonaws.com")
            .add("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    var signer =
        new SigV4Signer(
            session.accessKeyId(),
            session.secretAccessKey(),
            session.sessionToken(),
            Region.US_EAST_1.name(),
            "iam");
    var response =
        api.apply(
            signer.sign(
                new HttpRequest(
                    "POST",
                    "/",
                    "",
                    headers,
                    Body.of(bytes),
                    request.remoteAddress(),
                    request.tls()),
                bytes,
                clientClock.instant()));
    return response.status() == 200
        ? credentials(signIn.complete(request, user, withCode))
        : refusal(response);
  }

  private static HttpResponse refusal(HttpResponse response) {
    try (var stream = response.body().stream()) {
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return error(403, first(CODE, text), first(MESSAGE, text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String first(Pattern pattern, String text) {
    var found = pattern.matcher(text);
    return found.find() ? found.group(1) : "";
  }

  /** {@code POST /_bulwark/root-password}, signed with the root user's access key. */
  private HttpResponse rootPassword(HttpRequest request) {
    try {
      var caller = authenticator.authenticate(request, signing);
      if (!(caller.principal() instanceof Principal.AccountRoot root) || root.session() != null) {
        return error(403, "AccessDenied", "sign this request with the root user's access key");
      }
      var body = read(caller.request());
      var email = body == null ? null : text(body, "email");
      var password = body == null ? null : password(body, "password");
      if (email == null || password == null) {
        return error(400, "BadRequest", "send email and password");
      }
      signIn.setRoot(request, root.accountId(), email, password);
      return LocalRoutes.json(200, "{\"email\":%s}".formatted(quoted(email)));
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.ERROR, "The root user's password could not be stored", e);
      return error(503, "ServiceUnavailable", "the store cannot be written");
    } catch (ApiException e) {
      return error(e.httpStatus(), e.code(), String.valueOf(e.getMessage()));
    }
  }

  static @Nullable JsonNode read(HttpRequest request) {
    try {
      var bytes = request.body().stream().readNBytes(MAX_BODY + 1);
      var node = bytes.length > MAX_BODY ? null : JSON.readTree(bytes);
      return node != null && node.isObject() ? node : null;
    } catch (IOException | JacksonException e) {
      return null;
    }
  }

  static @Nullable String password(JsonNode body, String name) {
    return text(body, name, MAX_PASSWORD);
  }

  static @Nullable String text(JsonNode body, String name) {
    return text(body, name, MAX_NAME);
  }

  private static @Nullable String text(JsonNode body, String name, int longest) {
    var value = body.get(name);
    return value != null
            && value.isString()
            && !value.stringValue().isEmpty()
            && value.stringValue().length() <= longest
        ? value.stringValue()
        : null;
  }

  private static HttpResponse credentials(Credentials credentials) {
    return LocalRoutes.json(
        200,
        "{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"%s\",\"SessionToken\":\"%s\",\"Expiration\":\"%s\"}"
            .formatted(
                credentials.accessKeyId(),
                credentials.secretAccessKey(),
                credentials.sessionToken(),
                credentials.expiration()));
  }

  static HttpResponse error(int status, String code, String message) {
    return LocalRoutes.json(
        status, "{\"error\":%s,\"message\":%s}".formatted(quoted(code), quoted(message)));
  }

  private static String quoted(String text) {
    return JSON.writeValueAsString(text);
  }
}
