package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  private static final List<String> FILES =
      List.of(
          "main.tf", "credentials.tf", "rsa.pub", "leaf.pem", "mid.pem", "root.pem", "leaf.key");

  private static final String PROVIDER = "registry.terraform.io/hashicorp/aws";

  @TempDir Path folder;

  private static Optional<Path> mirror() {
    var given = System.getenv("BULWARK_TERRAFORM_MIRROR");
    return given != null
        ? Optional.of(Path.of(given))
        : PLUGINS.stream().filter(path -> Files.isDirectory(path.resolve(PROVIDER))).findFirst();
  }

  @Test
  @Timeout(300)
  void whatIsAppliedStaysAsItIsAndCanBeDestroyed() throws Exception {
    try (var server = RunningServer.start("--ephemeral")) {
      applyAndDestroy(FILES, server);
    }
  }

  @Test
  @Timeout(300)
  void soDoBucketsWithAllThatProtectsThem() throws Exception {
    applyAndDestroy(List.of("storage.tf"), RunningServer.shared());
  }

  @Test
  @Timeout(300)
  void soDoesAnOrganization() throws Exception {
    try (var server = RunningServer.start("--ephemeral")) {
      applyAndDestroy(List.of("organization.tf"), server);
    }
  }

  @Test
  @Timeout(300)
  void soDoQueuesTopicsAndRules() throws Exception {
    applyAndDestroy(List.of("messaging.tf"), RunningServer.shared());
  }

  @Test
  @Timeout(300)
  void soDoesATrailWithItsKeyItsLogGroupAndItsAlarm() throws Exception {
    try (var server = RunningServer.start("--ephemeral")) {
      applyAndDestroy(List.of("trail.tf"), server);
    }
  }

  @Test
  @Timeout(300)
  void soDoKeys() throws Exception {
    applyAndDestroy(List.of("kms.tf"), RunningServer.shared());
  }

  @Test
  @Timeout(300)
  void soDoTheRulesOfBuckets() throws Exception {
    try (var server = RunningServer.start("--ephemeral")) {
      applyAndDestroy(List.of("bucket-rules.tf"), server);
    }
  }

  private void applyAndDestroy(List<String> configuredBy, RunningServer server) throws Exception {
    var program = Tool.onPath("terraform");
    assumeThat(program).as("terraform is not installed").isPresent();
    var mirror = mirror();
    var configuration = System.getenv("TF_CLI_CONFIG_FILE");
    assumeThat(mirror.isPresent() || configuration != null)
        .as("the provider hashicorp/aws is not installed; see BULWARK_TERRAFORM_MIRROR")
        .isTrue();
    var suffix = UUID.randomUUID().toString().substring(0, 8);
    for (var file : configuredBy) {
      try (var source = TerraformTest.class.getResourceAsStream("/terraform/" + file)) {
        Files.write(folder.resolve(file), source.readAllBytes());
      }
    }
    var terraform =
        Tool.of(program.get(), server, folder)
            .with("TF_VAR_suffix", suffix)
            .with("TF_IN_AUTOMATION", "1")
            .with("CHECKPOINT_DISABLE", "1");
    var init =
        mirror.isPresent()
            ? terraform.run("init", "-input=false", "-no-color", "-plugin-dir=" + mirror.get())
            : terraform.run("init", "-input=false", "-no-color");
    assumeThat(init.status())
        .as("the provider cannot be installed offline: " + init.printed())
        .isZero();

    assertThat(terraform.run("apply", "-input=false", "-no-color", "-auto-approve").ok())
        .contains("Apply complete!");
    // 0: nothing to do; 2: there is a difference.
    var plan = terraform.run("plan", "-input=false", "-no-color", "-detailed-exitcode");
    assertThat(plan.status()).as(plan.printed()).isZero();
    assertThat(terraform.run("output", "-no-color", "-raw", "account").ok())
        .endsWith(RunningServer.ACCOUNT);
    assertThat(terraform.run("destroy", "-input=false", "-no-color", "-auto-approve").ok())
        .contains("Destroy complete!");
  }
}
