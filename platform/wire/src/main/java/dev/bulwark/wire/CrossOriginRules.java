package dev.bulwark.wire;

import dev.bulwark.schema.ApiException;
import org.jspecify.annotations.Nullable;

/** What the owners of S3's buckets let pages of other origins do. */
public interface CrossOriginRules {

  /** Of an S3 whose buckets allow nothing. */
  CrossOriginRules NONE =
      new CrossOriginRules() {
        @Override
        public HttpHeaders preflight(String bucket, HttpRequest request) {
          throw refusal(request, "CORSResponse: CORS is not enabled for this bucket.", "BUCKET");
        }

        @Override
        public @Nullable HttpHeaders actual(String bucket, HttpRequest request) {
          return null;
        }
      };

  /**
   * The headers of the answer to a preflight.
   *
   * @param request has an Origin and an Access-Control-Request-Method
   * @throws ApiException where the bucket does not allow what is asked
   */
  HttpHeaders preflight(String bucket, HttpRequest request);

  /**
   * The headers that let a page read the answer to a request; null where it may not.
   *
   * @param request has an Origin
   */
  @Nullable HttpHeaders actual(String bucket, HttpRequest request);

  /**
   * The error of a preflight.
   *
   * @param resourceType BUCKET or OBJECT, as S3 tells it
   */
  static ApiException refusal(HttpRequest request, String message, String resourceType) {
    return new ApiException("AccessForbidden", 403, message)
        .with("Method", String.valueOf(request.headers().first("access-control-request-method")))
        .with("ResourceType", resourceType);
  }
}
