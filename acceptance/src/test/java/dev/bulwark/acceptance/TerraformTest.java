package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Terraform with the hashicorp/aws provider, where both are installed: what it makes stays as it
 * was described, and goes away again. Nothing is downloaded: the provider comes from the folder
 * that {@code BULWARK_TERRAFORM_MIRROR} names, from Terraform's own configuration, or from a folder
 * where system-wide plugins are kept.
 */
class TerraformTest {
  private static final List<Path> PLUGINS =
      List.of(
          Path.of("/usr/local/share/terraform/plugins"),
          Path.of("/usr/share/terraform/plugins"),
          Path.of("/opt/tf-plugins"),
          Path.of(System.getProperty("user.home"), ".terraform.d", "plugins"));

  /** The configurations, of which {@code all.tf} makes one: a folder each, and what is in it. */
  private static final Map<String, List<String>> MODULES =
      Map.of(
          "identity",
          List.of(
              "main.tf",
              "credentials.tf",
              "rsa.pub",
              "leaf.pem",
              "mid.pem",
              "root.pem",
              "leaf.key"),
          "storage",
          List.of("storage.tf"),
          "bucket-rules",
          List.of("bucket-rules.tf"),
          "organization",
          List.of("organization.tf"),
          "messaging",
          List.of("messaging.tf"),
          "trail",
          List.of("trail.tf"),
          "kms",
          List.of("kms.tf"));

  /** Most resources wait, for seconds, for what has to spread at AWS. */
  private static final String AT_ONCE = "-parallelism=50";

  private static final String PROVIDER = "registry.terraform.io/hashicorp/aws";

  @TempDir Path folder;

  private static Optional<Path> mirror() {
    var given = System.getenv("BULWARK_TERRAFORM_MIRROR");
    return given != null
        ? Optional.of(Path.of(given))
        : PLUGINS.stream().filter(path -> Files.isDirectory(path.resolve(PROVIDER))).findFirst();
  }

  @Test
  @Timeout(900)
  void whatIsAppliedStaysAsItIsAndCanBeDestroyed() throws Exception {
    var program = Tool.onPath("terraform");
    assumeThat(program).as("terraform is not installed").isPresent();
    var mirror = mirror();
    var configuration = System.getenv("TF_CLI_CONFIG_FILE");
    assumeThat(mirror.isPresent() || configuration != null)
        .as("the provider hashicorp/aws is not installed; see BULWARK_TERRAFORM_MIRROR")
        .isTrue();
    copy("all.tf", folder);
    for (var module : MODULES.entrySet()) {
      var into = Files.createDirectory(folder.resolve(module.getKey()));
      for (var file : module.getValue()) {
        copy(file, into);
      }
    }
    try (var server = RunningServer.start("--ephemeral")) {
      applyAndDestroy(program.get(), mirror, server);
    }
  }

  private static void copy(String file, Path into) throws IOException {
    try (var source = TerraformTest.class.getResourceAsStream("/terraform/" + file)) {
      Files.write(into.resolve(file), source.readAllBytes());
    }
  }

  private void applyAndDestroy(Path program, Optional<Path> mirror, RunningServer server) {
    var terraform =
        Tool.of(program, server, folder)
            .with("TF_VAR_suffix", UUID.randomUUID().toString().substring(0, 8))
            // The account goes before the host of S3 Control, and no name server knows the whole:
            // as
            // its own proxy the server is asked for any name. Addresses of loopback pass that by.
            .with("AWS_ENDPOINT_URL_S3_CONTROL", "http://s3-control.bulwark.test")
            .with("HTTP_PROXY", server.endpoint().toString())
            .with("TF_IN_AUTOMATION", "1")
            .with("CHECKPOINT_DISABLE", "1");
    var init =
        mirror.isPresent()
            ? terraform.run("init", "-input=false", "-no-color", "-plugin-dir=" + mirror.get())
            : terraform.run("init", "-input=false", "-no-color");
    assumeThat(init.status())
        .as("the provider cannot be installed offline: " + init.printed())
        .isZero();

    assertThat(terraform.run("apply", "-input=false", "-no-color", "-auto-approve", AT_ONCE).ok())
        .contains("Apply complete!");
    // 0: nothing to do; 2: there is a difference.
    var plan = terraform.run("plan", "-input=false", "-no-color", "-detailed-exitcode", AT_ONCE);
    assertThat(plan.status()).as(plan.printed()).isZero();
    assertThat(terraform.run("output", "-no-color", "-json", "accounts").ok().strip())
        .endsWith("[\"" + RunningServer.ACCOUNT + "\"]");
    assertThat(terraform.run("destroy", "-input=false", "-no-color", "-auto-approve", AT_ONCE).ok())
        .contains("Destroy complete!");
  }
}
