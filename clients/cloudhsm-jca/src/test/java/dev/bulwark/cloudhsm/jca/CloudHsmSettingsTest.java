package dev.bulwark.cloudhsm.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CloudHsmSettingsTest {
  @TempDir Path folder;

  @Test
  void aFileThatLacksSomethingSaysWhat() throws Exception {
    var file = folder.resolve("cluster.properties");
    Files.writeString(file, "host=127.0.0.1\n");
    assertThatThrownBy(() -> new CloudHsmProvider().configure(file.toString()))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("client.keystore.password.file is missing");
  }

  @Test
  void aProviderThatIsNotConfiguredOffersNothing() {
    var provider = new CloudHsmProvider();
    assertThat(provider.isConfigured()).isFalse();
    assertThat(provider.getServices()).isEmpty();
    assertThatThrownBy(() -> Signature.getInstance("SHA256withECDSA", provider))
        .isInstanceOf(NoSuchAlgorithmException.class);
    assertThatThrownBy(provider::hsmKeys).isInstanceOf(IllegalStateException.class);
  }
}
