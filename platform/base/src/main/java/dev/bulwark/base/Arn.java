package dev.bulwark.base;

import java.util.Optional;

/**
 * An Amazon Resource Name, {@code arn:partition:service:region:account:resource}. Region and
 * account are empty where the resource has none; account is {@code aws} for what AWS itself owns.
 * Colons and slashes of the resource are its own.
 *
 * @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html">ARNs</a>
 */
public record Arn(
    String partition, String service, String region, String account, String resource) {

  /** The most characters that an ARN may have. */
  public static final int MAX_LENGTH = 2048;

  /**
   * @throws IllegalArgumentException if a part that must be there is empty, or one before the
   *     resource has a colon
   */
  public Arn {
    requirePart(partition, true);
    requirePart(service, true);
    requirePart(region, false);
    requirePart(account, false);
    if (resource.isEmpty()) {
      throw new IllegalArgumentException("An ARN needs a resource");
    }
  }

  private static void requirePart(String part, boolean needed) {
    if ((needed && part.isEmpty()) || part.indexOf(':') >= 0) {
      throw new IllegalArgumentException("Not a part of an ARN");
    }
  }

  /**
   * Parses an ARN of at most {@link #MAX_LENGTH} characters.
   *
   * @throws IllegalArgumentException if {@code text} is no ARN
   */
  public static Arn parse(String text) {
    return tryParse(text).orElseThrow(() -> new IllegalArgumentException("Not an ARN"));
  }

  /** Like {@link #parse}, but empty where {@code text} is no ARN. */
  public static Optional<Arn> tryParse(String text) {
    if (text.length() > MAX_LENGTH || !text.startsWith("arn:")) {
      return Optional.empty();
    }
    int service = text.indexOf(':', 4);
    int region = service < 0 ? -1 : text.indexOf(':', service + 1);
    int account = region < 0 ? -1 : text.indexOf(':', region + 1);
    int resource = account < 0 ? -1 : text.indexOf(':', account + 1);
    if (resource < 0 || service == 4 || region == service + 1 || resource + 1 == text.length()) {
      return Optional.empty();
    }
    return Optional.of(
        new Arn(
            text.substring(4, service),
            text.substring(service + 1, region),
            text.substring(region + 1, account),
            text.substring(account + 1, resource),
            text.substring(resource + 1)));
  }

  /** The resource's type where it is written {@code type/…} or {@code type:…}; else empty. */
  public String resourceType() {
    int end = typeEnd();
    return end < 0 ? "" : resource.substring(0, end);
  }

  /** The resource without its type; with any path ({@code user/a/b/Bob} → {@code a/b/Bob}). */
  public String resourceId() {
    return resource.substring(typeEnd() + 1);
  }

  /** What follows the resource's last slash or colon ({@code user/a/b/Bob} → {@code Bob}). */
  public String resourceName() {
    return resource.substring(Math.max(resource.lastIndexOf('/'), resource.lastIndexOf(':')) + 1);
  }

  private int typeEnd() {
    for (int i = 0; i < resource.length(); i++) {
      char c = resource.charAt(i);
      if (c == '/' || c == ':') {
        return i;
      }
    }
    return -1;
  }

  @Override
  public String toString() {
    return "arn:" + partition + ':' + service + ':' + region + ':' + account + ':' + resource;
  }
}
