package dev.bulwark.identity.sts;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The condition keys that a web identity token brings: {@code PROVIDER:claim}. Of every provider
 * the claims that identify somebody, of a few well-known ones others that AWS supports by name.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif">Available
 *     keys for AWS OIDC federation</a>
 */
final class WebIdentityKeys {
  /** Claims of a provider's own. */
  private record Extra(Pattern provider, Set<String> claims) {}

  private static final Set<String> GITHUB =
      Set.of(
          "actor",
          "actor_id",
          "enterprise_id",
          "environment",
          "job_workflow_ref",
          "ref",
          "repository",
          "repository_id",
          "repository_owner_id",
          "workflow");

  private static final List<Extra> EXTRAS =
      List.of(
          extra("token\\.actions\\.githubusercontent\\.com(/.+)?", GITHUB),
          extra("token\\.actions\\.[^/]+\\.ghe\\.com", GITHUB),
          extra("github\\.com/enterprises/[^/]+", GITHUB),
          extra(
              "gitlab\\.com",
              Set.of(
                  "namespace_id",
                  "pipeline_source",
                  "project_id",
                  "ref_protected",
                  "runner_environment",
                  "user_access_level",
                  "user_email",
                  "user_id",
                  "user_login")),
          extra(
              "agent\\.(buildkite\\.com|[^/]+\\.buildkite\\.(dev|site))",
              Set.of(
                  "build_branch",
                  "cluster_id",
                  "cluster_name",
                  "organization_id",
                  "organization_slug",
                  "pipeline_id",
                  "pipeline_slug")),
          extra("oidc\\.circleci\\.com/org/[^/]+", Set.of("oidc.circleci.com/project-id")),
          extra("idcs-[^/.]+\\.identity\\.oraclecloud\\.com", Set.of("rpst_id")));

  private WebIdentityKeys() {}

  private static Extra extra(String provider, Set<String> claims) {
    return new Extra(Pattern.compile(provider), claims);
  }

  /**
   * The keys of a token.
   *
   * @param provider as keys name it, without {@code https://}
   */
  static Map<String, List<String>> of(WebToken token, String provider) {
    var keys = new HashMap<>(ofSession(token, provider));
    if (token.text("azp") != null) {
      keys.put(provider + ":oaud", token.originalAudience());
    }
    put(keys, provider, "email", token.claim("email"));
    for (var extra : EXTRAS) {
      if (extra.provider().matcher(provider).matches()) {
        extra.claims().forEach(claim -> put(keys, provider, claim, token.claim(claim)));
      }
    }
    if (provider.equals("accounts.google.com")
        && token.claim("google") instanceof Map<?, ?> google) {
      put(keys, provider, "google/organization_number", google.get("organization_number"));
    }
    return keys;
  }

  /** Those that the requests of the session have too. */
  static Map<String, List<String>> ofSession(WebToken token, String provider) {
    var keys = new HashMap<String, List<String>>();
    keys.put(provider + ":aud", token.audience());
    keys.put(provider + ":sub", List.of(token.subject()));
    put(keys, provider, "amr", token.claim("amr"));
    return keys;
  }

  private static void put(
      Map<String, List<String>> keys, String provider, String claim, @Nullable Object value) {
    var texts = texts(value);
    if (!texts.isEmpty()) {
      keys.put(provider + ":" + claim, texts);
    }
  }

  private static List<String> texts(@Nullable Object value) {
    return switch (value) {
      case String text -> List.of(text);
      case Number number -> List.of(number.toString());
      case Boolean flag -> List.of(flag.toString());
      case List<?> list -> {
        var texts = new ArrayList<String>();
        list.forEach(element -> texts.addAll(texts(element instanceof List<?> ? null : element)));
        yield texts;
      }
      case null, default -> List.of();
    };
  }
}
