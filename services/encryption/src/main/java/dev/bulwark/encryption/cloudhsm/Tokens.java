package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.hsm.HsmException;
import dev.bulwark.hsm.SoftHsm;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** SoftHSM2 over an installation's folder, started when it is first needed. */
final class Tokens implements AutoCloseable {
  private final Path folder;
  private final Map<String, String> environment;
  private @Nullable SoftHsm hsm;

  Tokens(Path folder, Map<String, String> environment) {
    this.folder = folder;
    this.environment = environment;
  }

  /**
   * Does something with the tokens.
   *
   * @throws dev.bulwark.schema.ApiException CloudHSM's, where that fails; it says what to install
   *     where SoftHSM2 is missing
   */
  <T> T using(Function<SoftHsm, T> work) {
    try {
      return work.apply(started());
    } catch (HsmException e) {
      throw CloudHsmErrors.of(e);
    }
  }

  private synchronized SoftHsm started() {
    if (hsm == null) {
      var library =
          SoftHsm.findLibrary(environment)
              .orElseThrow(() -> CloudHsmErrors.invalid(SoftHsm.INSTALL));
      hsm = SoftHsm.open(library, folder);
    }
    return hsm;
  }

  @Override
  public synchronized void close() {
    if (hsm != null) {
      hsm.close();
      hsm = null;
    }
  }
}
