package dev.bulwark.access;

import dev.bulwark.base.Region;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a service demands of signatures. Make one for each service and keep it.
 *
 * @param services signing names that the credential scope may hold; the first is named in errors
 * @param regions which regions the scope may hold
 * @param expectedRegion named in S3's error for others
 * @param family whose words errors use; S3 also has its own rules of signing and payload
 * @param anonymousAllowed whether a request without any signature passes, as {@link
 *     Principal.Anonymous}
 * @param maxBufferedBody bytes that are read into memory to be hashed, where the body does not
 *     stream
 */
public record SigningPolicy(
    List<String> services,
    Predicate<String> regions,
    String expectedRegion,
    AuthFamily family,
    boolean anonymousAllowed,
    int maxBufferedBody) {

  /** Enough for every request of a service that does not stream, but not for uploads. */
  public static final int DEFAULT_MAX_BUFFERED_BODY = 16 << 20;

  public SigningPolicy {
    services = List.copyOf(services);
  }

  /** A service with endpoints in all Regions: any Region that exists will do. */
  public static SigningPolicy regional(
      AuthFamily family, String expectedRegion, String... services) {
    return new SigningPolicy(
        List.of(services),
        Region::isKnown,
        expectedRegion,
        family,
        family == AuthFamily.S3,
        DEFAULT_MAX_BUFFERED_BODY);
  }

  /** A service with one endpoint, in one Region. */
  public static SigningPolicy global(AuthFamily family, String region, String... services) {
    return new SigningPolicy(
        List.of(services),
        Set.of(region)::contains,
        region,
        family,
        family == AuthFamily.S3,
        DEFAULT_MAX_BUFFERED_BODY);
  }

  /** The same, open to requests without a signature or not. */
  public SigningPolicy withAnonymous(boolean allowed) {
    return new SigningPolicy(services, regions, expectedRegion, family, allowed, maxBufferedBody);
  }

  /** The same with another bound on bodies in memory. */
  public SigningPolicy withMaxBufferedBody(int bytes) {
    return new SigningPolicy(services, regions, expectedRegion, family, anonymousAllowed, bytes);
  }

  boolean s3() {
    return family == AuthFamily.S3;
  }
}
