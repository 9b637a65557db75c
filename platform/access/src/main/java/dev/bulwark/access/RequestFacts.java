package dev.bulwark.access;

import dev.bulwark.policy.ContextSource;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.wire.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The global condition keys, computed when a policy asks for one.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html">Global
 *     condition keys</a>
 */
record RequestFacts(
    Authentication authentication,
    AuthorizationTarget target,
    Map<String, String> principalTags,
    String region,
    Instant now)
    implements ContextSource {

  @Override
  public @Nullable ContextValue get(String key) {
    var own = target.keys().get(key);
    if (own != null) {
      return own;
    }
    if (key.startsWith("aws:")) {
      var slash = key.indexOf('/');
      return slash > 0 ? tag(key, slash) : global(key);
    }
    if (key.startsWith("s3:")) {
      return s3(key);
    }
    return provider(key);
  }

  private @Nullable ContextValue global(String key) {
    var principal = authentication.principal();
    if (key.equals("aws:principalservicenameslist")) {
      return principal instanceof Principal.ServicePrincipal service
          ? ContextValue.ofAll(List.of(service.service()))
          : null;
    }
    return value(
        switch (key) {
          case "aws:sourceip" -> http().remoteAddress();
          case "aws:securetransport" -> Boolean.toString(http().secure());
          case "aws:currenttime" -> now.truncatedTo(ChronoUnit.SECONDS).toString();
          case "aws:epochtime" -> Long.toString(now.getEpochSecond());
          case "aws:useragent" -> http().headers().first("user-agent");
          case "aws:referer" -> http().headers().first("referer");
          case "aws:requestedregion" -> region;
          case "aws:resourceaccount" -> target.resourceAccount();
          case "aws:viaawsservice" -> "false";
          case "aws:principalarn" -> signed(principal) ? principal.principalArn() : null;
          case "aws:principalaccount" -> signed(principal) ? principal.accountId() : null;
          case "aws:principaltype" -> principal.principalType();
          case "aws:userid" -> principal.userId();
          case "aws:username" ->
              principal instanceof Principal.IamUser user ? user.userName() : null;
          case "aws:principalisawsservice" ->
              Boolean.toString(principal instanceof Principal.ServicePrincipal);
          case "aws:principalservicename" ->
              principal instanceof Principal.ServicePrincipal service ? service.service() : null;
          case "aws:sourcearn" ->
              principal instanceof Principal.ServicePrincipal service ? service.sourceArn() : null;
          case "aws:sourceaccount" ->
              principal instanceof Principal.ServicePrincipal service ? service.accountId() : null;
          default -> session(key, principal.session());
        });
  }

  private @Nullable String session(String key, @Nullable SessionContext session) {
    if (session == null) {
      return null;
    }
    return switch (key) {
      case "aws:multifactorauthpresent" -> Boolean.toString(session.mfaAuthenticated());
      case "aws:multifactorauthage" -> {
        var time = session.mfaTime();
        yield time == null ? null : Long.toString(Duration.between(time, now).toSeconds());
      }
      case "aws:tokenissuetime" -> session.issuedAt().truncatedTo(ChronoUnit.SECONDS).toString();
      case "aws:federatedprovider" -> session.federatedProvider();
      case "aws:sourceidentity" -> session.sourceIdentity();
      default -> null;
    };
  }

  private @Nullable ContextValue tag(String key, int slash) {
    var name = key.substring(slash + 1);
    return switch (key.substring(0, slash)) {
      case "aws:principaltag" -> {
        var session = authentication.principal().session();
        var ofSession = session == null ? null : find(session.tags(), name);
        yield value(ofSession == null ? find(principalTags, name) : ofSession);
      }
      case "aws:resourcetag" -> value(find(target.resourceTags(), name));
      default -> null;
    };
  }

  private static @Nullable String find(Map<String, String> tags, String lowerCaseName) {
    for (var tag : tags.entrySet()) {
      if (tag.getKey().equalsIgnoreCase(lowerCaseName)) {
        return tag.getValue();
      }
    }
    return null;
  }

  private @Nullable ContextValue s3(String key) {
    if (authentication.type() == Authentication.Type.NONE) {
      return null;
    }
    return value(
        switch (key) {
          case "s3:authtype" -> authentication.type().conditionValue();
          case "s3:signatureversion" -> Canonical.ALGORITHM;
          case "s3:signatureage" -> Long.toString(authentication.signatureAge().toMillis());
          case "s3:x-amz-content-sha256" -> http().headers().first("x-amz-content-sha256");
          default -> null;
        });
  }

  private @Nullable ContextValue provider(String key) {
    var session = authentication.principal().session();
    if (session == null) {
      return null;
    }
    for (var entry : session.providerKeys().entrySet()) {
      if (entry.getKey().equalsIgnoreCase(key)) {
        return entry.getValue().size() == 1
            ? ContextValue.of(entry.getValue().getFirst())
            : ContextValue.ofAll(entry.getValue());
      }
    }
    return null;
  }

  private HttpRequest http() {
    return authentication.request();
  }

  private static boolean signed(Principal principal) {
    return !(principal instanceof Principal.Anonymous
        || principal instanceof Principal.ServicePrincipal);
  }

  private static @Nullable ContextValue value(@Nullable String value) {
    return value == null ? null : ContextValue.of(value);
  }
}
