package dev.bulwark.identity.sts;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.access.Authorizer;
import dev.bulwark.access.SigV4Authenticator;
import dev.bulwark.access.SigV4Signer;
import dev.bulwark.base.BulwarkClock;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.EventStreams.Query;
import dev.bulwark.identity.federation.ProviderClient;
import dev.bulwark.identity.federation.ProviderSettings;
import dev.bulwark.identity.iam.AccessInsight;
import dev.bulwark.identity.iam.AwsManagedPolicies;
import dev.bulwark.identity.iam.IamCredentials;
import dev.bulwark.identity.iam.IamPolicies;
import dev.bulwark.identity.iam.IamQuotas;
import dev.bulwark.identity.iam.IamService;
import dev.bulwark.identity.iam.IamTables;
import dev.bulwark.identity.iam.IdentityProviders;
import dev.bulwark.identity.iam.LastUsed;
import dev.bulwark.identity.iam.RootCredentials;
import dev.bulwark.identity.iam.Roots;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Pipeline;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.Router;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;

/**
 * IAM and STS behind the request pipeline, on a clock that stands still, called as clients call
 * them.
 */
final class Installation implements AutoCloseable {
  static final String ACCOUNT = "123456789012";
  static final String MEMBER = "111122223333";
  static final String REGION = "us-east-1";

  private static final RootCredentials ROOT =
      new RootCredentials(
          ACCOUNT, "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");

  final Store store = Store.ephemeral();
  final BulwarkClock clock = BulwarkClock.fixed(Instant.parse("2026-03-04T05:06:07Z"));
  final EventStreams events = new EventStreams(store);
  final IamTables tables = new IamTables(store);
  final StsCredentials temporary;
  final OutboundFederation outbound;
  private final Pipeline pipeline;

  Installation() {
    var sealer = Sealer.ephemeral();
    var aws = AwsManagedPolicies.bundled();
    var lastUsed = new LastUsed(tables);
    var policies = new IamPolicies(tables, aws);
    var tokens = new SessionTokens(sealer);
    temporary = new StsCredentials(tokens, tables);
    var insight = new AccessInsight(policies, store, events, List::of, clock);
    var messages = new AuthorizationMessages(sealer);
    var providers = new ProviderClient(new ProviderSettings(true, List.of()));
    var iam =
        new IamService(
            tables,
            aws,
            IamQuotas.AWS,
            sealer,
            lastUsed,
            ROOT,
            new Roots(Instant.EPOCH),
            insight,
            providers);
    var sts =
        new StsService(
            tokens,
            tables,
            policies,
            iam.mfa(),
            messages,
            new IdentityProviders(tables, sealer),
            providers,
            (caller, member) -> caller.equals(ACCOUNT) && member.equals(MEMBER),
            account -> false);
    outbound =
        new OutboundFederation(
            store,
            sealer,
            tokens,
            new IdentityPolicies(policies),
            () -> "https://bulwark.example.com");
    pipeline =
        new Pipeline(
            Router.ofCatalog(Set.of("localhost")),
            Map.of("iam", outbound.iam(iam).table(), "sts", outbound.sts(sts).table()),
            new SigV4Authenticator(
                new IdentityCredentials(new IamCredentials(tables, sealer, ROOT), temporary),
                clock),
            new Authorizer(new IdentityPolicies(policies), clock, REGION, messages),
            store,
            events,
            lastUsed,
            clock,
            ACCOUNT,
            REGION);
  }

  Client root() {
    return new Client(ROOT.accessKeyId(), ROOT.secretAccessKey(), null);
  }

  /** Somebody without credentials. */
  Client nobody() {
    return new Client("", "", null);
  }

  /** A new user with an access key. */
  Client user(String name) {
    root().iam("CreateUser", "UserName", name).ok();
    var key = root().iam("CreateAccessKey", "UserName", name).ok();
    return new Client(key.text("AccessKeyId"), key.text("SecretAccessKey"), null);
  }

  void allowUser(String name, String policyName, String document) {
    root()
        .iam(
            "PutUserPolicy", "UserName", name, "PolicyName", policyName, "PolicyDocument", document)
        .ok();
  }

  /** A new role, and its ARN. */
  String role(String name, String trustPolicy) {
    return root()
        .iam("CreateRole", "RoleName", name, "AssumeRolePolicyDocument", trustPolicy)
        .ok()
        .text("Arn");
  }

  /** The newest events. */
  List<String> records() {
    return records(ACCOUNT);
  }

  /** The newest events of an account. */
  List<String> records(String account) {
    events.flush();
    var query = new Query(account, REGION, null, null, Instant.EPOCH, Instant.MAX);
    return events.lookup(query, null, 20).calls().stream()
        .map(call -> new String(call.record(), StandardCharsets.UTF_8))
        .toList();
  }

  static String userArn(String name) {
    return "arn:aws:iam::" + ACCOUNT + ":user/" + name;
  }

  /** A policy that allows actions on a resource. */
  static String allow(String actions, String resource) {
    return """
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": %s, "Resource": "%s"}]}"""
        .formatted(actions, resource);
  }

  /** A trust policy. */
  static String trust(String principal, String actions, String condition) {
    return """
        {"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Principal": {"AWS": "%s"}, "Action": %s, "Condition": %s}]}"""
        .formatted(principal, actions, condition);
  }

  static String trust(String principal) {
    return trust(principal, "\"sts:AssumeRole\"", "{}");
  }

  @Override
  public void close() {
    store.close();
  }

  /** Somebody with credentials. */
  final class Client {
    final String accessKeyId;
    final String secret;
    final @Nullable String token;

    Client(String accessKeyId, String secret, @Nullable String token) {
      this.accessKeyId = accessKeyId;
      this.secret = secret;
      this.token = token;
    }

    Answer sts(String action, String... parameters) {
      return call("sts", "2011-06-15", action, parameters);
    }

    Answer iam(String action, String... parameters) {
      return call("iam", "2010-05-08", action, parameters);
    }

    Answer assume(String roleArn, String... more) {
      var parameters = new String[more.length + 4];
      parameters[0] = "RoleArn";
      parameters[1] = roleArn;
      parameters[2] = "RoleSessionName";
      parameters[3] = "session";
      System.arraycopy(more, 0, parameters, 4, more.length);
      return sts("AssumeRole", parameters);
    }

    private static String form(String version, String action, String... parameters) {
      var form = new StringBuilder("Action=" + action + "&Version=" + version);
      for (int i = 0; i < parameters.length; i += 2) {
        form.append('&').append(parameters[i]).append('=');
        form.append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
      }
      return form.toString();
    }

    /** As a URL asks that is signed in its query. */
    Answer presignedSts(String action, String... parameters) {
      var request =
          new HttpRequest(
              "GET",
              "/",
              form("2011-06-15", action, parameters),
              new HttpHeaders().add("host", "localhost:4566"),
              Body.empty(),
              "203.0.113.7",
              false);
      return answer(
          new SigV4Signer(accessKeyId, secret, token, REGION, "sts")
              .presign(request, Duration.ofMinutes(1), clock.instant()));
    }

    Answer call(String service, String version, String action, String... parameters) {
      var body = form(version, action, parameters).getBytes(StandardCharsets.UTF_8);
      var headers =
          new HttpHeaders()
              .add("host", "localhost:4566")
              .add("content-type", "application/x-www-form-urlencoded; charset=utf-8");
      var request = new HttpRequest("POST", "/", "", headers, Body.of(body), "203.0.113.7", false);
      return answer(
          accessKeyId.isEmpty()
              ? request
              : new SigV4Signer(accessKeyId, secret, token, REGION, service)
                  .sign(request, body, clock.instant()));
    }

    private Answer answer(HttpRequest request) {
      var response = pipeline.handle(request);
      try (var stream = response.body().stream()) {
        return new Answer(
            response.status(), new String(stream.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** A response. */
  final class Answer {
    final int status;
    final String body;

    Answer(int status, String body) {
      this.status = status;
      this.body = body;
    }

    Answer ok() {
      if (status != 200) {
        throw new AssertionError(status + " " + body);
      }
      return this;
    }

    /** The text of the first element of that name. */
    String text(String element) {
      var found = xml().getElementsByTagName(element);
      if (found.getLength() == 0) {
        throw new AssertionError("no " + element + " in " + body);
      }
      return found.item(0).getTextContent();
    }

    boolean has(String element) {
      return xml().getElementsByTagName(element).getLength() > 0;
    }

    /** Status, code and message of an error. */
    String error() {
      return status + " " + text("Code") + ": " + text("Message");
    }

    /** Who was given credentials. */
    Client client() {
      ok();
      return new Client(text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"));
    }

    private Document xml() {
      try {
        return DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
      } catch (Exception e) {
        throw new AssertionError(body, e);
      }
    }
  }
}
