package dev.bulwark.identity.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AwsManagedPoliciesTest {
  private final AwsManagedPolicies bundled = AwsManagedPolicies.bundled();

  @Test
  void everyDocumentIsAPolicyThatTheEngineUnderstands() {
    for (var policy : bundled.all()) {
      assertThat(policy.arn())
          .isEqualTo(PolicyRecord.arn(PolicyRecord.AWS_ACCOUNT, policy.path(), policy.name()));
      assertThat(policy.id()).matches("ANPA[A-Z0-9]{17}");
      assertThat(policy.defaultVersionId()).matches("v[1-9][0-9]*");
      assertThat(policy.created()).isBeforeOrEqualTo(policy.updated());
      assertThat(CompiledPolicies.parseAws(bundled.document(policy.arn())).statements())
          .isNotEmpty();
    }
    assertThat(bundled.all()).hasSizeGreaterThan(150);
  }

  @Test
  void aFolderAddsPolicies(@TempDir Path folder) throws IOException {
    Files.writeString(
        folder.resolve("index.json"),
        """
        [{"name": "Extra", "path": "/", "arn": "arn:aws:iam::aws:policy/Extra", "defaultVersionId": "v3",
          "createDate": "2024-01-01T00:00:00Z", "updateDate": "2025-01-01T00:00:00Z"}]""");
    Files.writeString(folder.resolve("Extra.json"), Lab.ALLOW_ALL);
    var extra = AwsManagedPolicies.bundledAnd(folder).find("arn:aws:iam::aws:policy/Extra");
    assertThat(extra).isNotNull();
    assertThat(extra.defaultVersion().document()).isEqualTo(Lab.ALLOW_ALL);
    assertThat(AwsManagedPolicies.bundledAnd(folder.resolve("none")).all())
        .hasSameSizeAs(bundled.all());
  }

  @Test
  void aFolderWithABrokenIndexIsRefused(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("index.json"), "[{\"name\": \"../escape\"}]");
    assertThatThrownBy(() -> AwsManagedPolicies.bundledAnd(folder))
        .isInstanceOf(UncheckedIOException.class);
    Files.writeString(folder.resolve("index.json"), "nonsense");
    assertThatThrownBy(() -> AwsManagedPolicies.bundledAnd(folder))
        .isInstanceOf(UncheckedIOException.class);
  }
}
