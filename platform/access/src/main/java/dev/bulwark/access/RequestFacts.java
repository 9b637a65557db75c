package dev.bulwark.access;

import dev.bulwark.policy.ContextSource;
import dev.bulwark.policy.ContextValue;
import dev.bulwark.wire.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
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
    Instant now,
    PolicySource policies)
    implements ContextSource {
  private static final String PASS_ROLE = "iam:PassRole";
  private static final String ROLE_TAG = "iam:resourcetag/";

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
    if (key.startsWith(ROLE_TAG) && target.action().equals(PASS_ROLE)) {
      return value(find(resourceTags(), key.substring(ROLE_TAG.length())));
    }
    return key.equals("kms:viaservice") ? value(viaService()) : provider(key);
  }

  /** Services that roles are passed to know no more of them than their ARNs. */
  private Map<String, String> resourceTags() {
    return target.action().equals(PASS_ROLE) && target.resourceTags().isEmpty()
        ? policies.roleTags(target.resourceArn())
        : target.resourceTags();
  }

  /** Tells what is known without a policy that asks: the global keys and the service's own. */
  void forEach(BiConsumer<String, List<String>> consumer) {
    for (var name : GlobalKeys.NAMES) {
      var value = get(name.toLowerCase(Locale.ROOT));
      if (value != null) {
        consumer.accept(name, value.values());
      }
    }
    for (var name : target.keys().givenKeys()) {
      var value = target.keys().get(name);
      if (value != null) {
        consumer.accept(name, value.values());
      }
    }
  }

  private @Nullable ContextValue global(String key) {
    return switch (key) {
      case "aws:principalservicenameslist" -> values(single("aws:principalservicename"));
      case "aws:calledvia" -> calledVia().isEmpty() ? null : ContextValue.ofAll(calledVia());
      case "aws:principalorgpaths" -> values(path(principalAccount()));
      case "aws:resourceorgpaths" -> values(path(resourceAccount()));
      case "aws:sourceorgpaths" -> values(path(sourceAccount()));
      default -> value(single(key));
    };
  }

  private @Nullable String single(String key) {
    var principal = authentication.principal();
    return switch (key) {
      case "aws:sourceip" -> authentication.isDirect() ? http().remoteAddress() : null;
      case "aws:securetransport" -> Boolean.toString(!authentication.isDirect() || http().secure());
      case "aws:currenttime" -> now.truncatedTo(ChronoUnit.SECONDS).toString();
      case "aws:epochtime" -> Long.toString(now.getEpochSecond());
      case "aws:useragent" -> header("user-agent");
      case "aws:referer" -> header("referer");
      case "aws:requestedregion" -> region;
      case "aws:resourceaccount" -> resourceAccount();
      case "aws:resourceorgid" -> organization(resourceAccount());
      case "aws:viaawsservice" -> Boolean.toString(isForwarded());
      case "aws:calledviafirst" -> calledVia().isEmpty() ? null : calledVia().getFirst();
      case "aws:calledvialast" -> calledVia().isEmpty() ? null : calledVia().getLast();
      case "aws:principalarn" -> signed(principal) ? principal.principalArn() : null;
      case "aws:principalaccount" -> principalAccount();
      case "aws:principalorgid" -> organization(principalAccount());
      case "aws:principaltype" -> principal.principalType();
      case "aws:userid" -> principal.userId();
      case "aws:username" -> principal instanceof Principal.IamUser user ? user.userName() : null;
      case "aws:assumedroot" ->
          principal instanceof Principal.AccountRoot root && root.assumed() ? "true" : null;
      case "aws:principalisawsservice" ->
          Boolean.toString(principal instanceof Principal.ServicePrincipal);
      case "aws:principalservicename" ->
          principal instanceof Principal.ServicePrincipal service ? service.service() : null;
      case "aws:sourcearn" ->
          principal instanceof Principal.ServicePrincipal service ? service.sourceArn() : null;
      case "aws:sourceaccount" -> sourceAccount();
      case "aws:sourceorgid" -> organization(sourceAccount());
      default -> session(key, principal.session());
    };
  }

  private @Nullable String header(String name) {
    return authentication.isDirect() ? http().headers().first(name) : null;
  }

  private boolean isForwarded() {
    return !authentication.calledVia().isEmpty();
  }

  private List<String> calledVia() {
    return isForwarded()
        ? authentication.calledVia().stream().filter(GlobalKeys.CALLED_VIA::contains).toList()
        : List.of();
  }

  /** As KMS names the service through which a caller asks: {@code s3.us-east-1.amazonaws.com}. */
  private @Nullable String viaService() {
    if (!isForwarded()) {
      return null;
    }
    var service = authentication.calledVia().getLast();
    int dot = service.indexOf('.');
    return dot < 0 ? service : service.substring(0, dot) + '.' + region + service.substring(dot);
  }

  private @Nullable String principalAccount() {
    var principal = authentication.principal();
    return signed(principal) ? principal.accountId() : null;
  }

  /** Where the service names no owner, the resource is of the caller's account. */
  private @Nullable String resourceAccount() {
    var owner = target.resourceAccount();
    return owner == null ? principalAccount() : owner;
  }

  private @Nullable String sourceAccount() {
    return authentication.principal() instanceof Principal.ServicePrincipal service
        ? service.accountId()
        : null;
  }

  private @Nullable String organization(@Nullable String accountId) {
    var place = accountId == null ? null : policies.place(accountId);
    return place == null ? null : place.organizationId();
  }

  private @Nullable String path(@Nullable String accountId) {
    var place = accountId == null ? null : policies.place(accountId);
    return place == null ? null : place.path();
  }

  private @Nullable String session(String key, @Nullable SessionContext session) {
    if (session == null) {
      // AWS makes temporary credentials of long-term ones where a service goes on for the caller.
      return key.equals("aws:multifactorauthpresent")
              && isForwarded()
              && signed(authentication.principal())
          ? "false"
          : null;
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
      case "aws:resourcetag" -> value(find(resourceTags(), name));
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
    if (!authentication.isDirect()) {
      return null;
    }
    if (key.equals("s3:tlsversion")) {
      var tls = http().tls();
      return tls == null ? null : ContextValue.of(tls.number());
    }
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
        || principal instanceof Principal.FederatedIdentity
        || principal instanceof Principal.ServicePrincipal);
  }

  private static @Nullable ContextValue value(@Nullable String value) {
    return value == null ? null : ContextValue.of(value);
  }

  private static @Nullable ContextValue values(@Nullable String only) {
    return only == null ? null : ContextValue.ofAll(List.of(only));
  }
}
