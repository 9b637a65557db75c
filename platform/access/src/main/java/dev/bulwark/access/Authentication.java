package dev.bulwark.access;

import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What authentication found out.
 *
 * @param accessKeyId null for an anonymous request
 * @param region of the credential scope; null for an anonymous request
 * @param service the signing name in the credential scope; null for an anonymous request
 * @param signedHeaders names in lower case, sorted
 * @param type how the signature came
 * @param signatureAge since the time that was signed; negative where the client's clock is ahead
 * @param request the request, with a body that is verified: at once where it is in memory, else
 *     while it is read. Reading a body that was tampered with throws {@link
 *     dev.bulwark.schema.ApiException} before the stream ends, so nothing may be kept of a body
 *     whose end was not reached. See {@link AwsChunkedStream} for trailing headers.
 * @param calledVia the services through which the principal asks, first to last; empty where it
 *     asks by itself
 */
public record Authentication(
    Principal principal,
    @Nullable String accessKeyId,
    @Nullable String region,
    @Nullable String service,
    List<String> signedHeaders,
    Type type,
    Duration signatureAge,
    HttpRequest request,
    List<String> calledVia) {

  public Authentication {
    calledVia = List.copyOf(calledVia);
  }

  /** A request that the principal makes by itself. */
  public Authentication(
      Principal principal,
      @Nullable String accessKeyId,
      @Nullable String region,
      @Nullable String service,
      List<String> signedHeaders,
      Type type,
      Duration signatureAge,
      HttpRequest request) {
    this(
        principal,
        accessKeyId,
        region,
        service,
        signedHeaders,
        type,
        signatureAge,
        request,
        List.of());
  }

  /** A service of this installation that asks another one, on its own behalf. */
  public static Authentication ofService(Principal.ServicePrincipal service, String region) {
    return ofService(service, region, new HttpHeaders());
  }

  /**
   * A service of this installation that asks another one, on its own behalf.
   *
   * @param headers what its request says in headers
   */
  public static Authentication ofService(
      Principal.ServicePrincipal service, String region, HttpHeaders headers) {
    return new Authentication(
        service,
        null,
        region,
        null,
        List.of(),
        Type.NONE,
        Duration.ZERO,
        requestOf(service.service(), headers));
  }

  /** A service of this installation that asks another one in a role that it has taken on. */
  static Authentication inRole(
      String service, Principal role, String accessKeyId, String region, HttpHeaders headers) {
    return new Authentication(
        role,
        accessKeyId,
        region,
        null,
        List.of(),
        Type.HEADER,
        Duration.ZERO,
        requestOf(service, headers));
  }

  private static HttpRequest requestOf(String service, HttpHeaders headers) {
    return new HttpRequest(
        "POST", "/", "", headers.set("user-agent", service), Body.empty(), service, true);
  }

  /**
   * The same principal, for whom that service asks another one: a forward access session.
   *
   * @param servicePrincipal for instance {@code s3.amazonaws.com}
   * @see <a
   *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html">Forward
   *     access sessions</a>
   */
  public Authentication via(String servicePrincipal) {
    var chain = new ArrayList<>(calledVia);
    chain.add(servicePrincipal);
    return new Authentication(
        principal, accessKeyId, region, service, signedHeaders, type, signatureAge, request, chain);
  }

  /** Whether the principal itself sent the request, rather than a service for it. */
  boolean isDirect() {
    return calledVia.isEmpty() && !(principal instanceof Principal.ServicePrincipal);
  }

  /** The same request of somebody whom what it carries has made known. */
  public Authentication withPrincipal(Principal known) {
    return new Authentication(
        known, accessKeyId, region, service, signedHeaders, type, signatureAge, request, calledVia);
  }

  /**
   * How a request is authenticated: the values of {@code s3:authType} and of CloudTrail's {@code
   * AuthenticationMethod}.
   */
  public enum Type {
    HEADER("REST-HEADER", "AuthHeader"),
    QUERY_STRING("REST-QUERY-STRING", "QueryString"),
    POST("POST", "AuthForm"),
    NONE("", "");

    private final String conditionValue;
    private final String method;

    Type(String conditionValue, String method) {
      this.conditionValue = conditionValue;
      this.method = method;
    }

    /** For {@code s3:authType}; empty where there is no signature. */
    public String conditionValue() {
      return conditionValue;
    }

    /**
     * For {@code additionalEventData.AuthenticationMethod} of S3's events; empty where there is no
     * signature.
     */
    public String method() {
      return method;
    }
  }
}
