package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.hsm.HsmException;
import dev.bulwark.hsm.SoftHsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** SoftHSM2 over an installation's folder, started when it is first needed. */
final class Tokens implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Tokens.class.getName());

  private final Path folder;
  private final Map<String, String> environment;
  private final Set<String> expected = ConcurrentHashMap.newKeySet();
  private @Nullable SoftHsm hsm;
  private boolean closed;

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
    if (closed) {
      throw CloudHsmErrors.failed();
    }
    if (hsm == null) {
      var library =
          SoftHsm.findLibrary(environment)
              .orElseThrow(() -> CloudHsmErrors.invalid(SoftHsm.INSTALL));
      hsm = SoftHsm.open(library, folder);
    }
    return hsm;
  }

  /** Tokens are about to be made whose names are stored afterwards: {@link #sweep} spares them. */
  void expect(Collection<String> labels) {
    expected.addAll(labels);
  }

  /** The names of expected tokens are stored, or are not going to be. */
  void settle(Collection<String> labels) {
    expected.removeAll(labels);
  }

  /**
   * Removes tokens that nothing names: what is left where the process ended, or SoftHSM2 failed,
   * between a token and its name.
   *
   * @param named reads the names that are stored
   */
  void sweep(Supplier<Set<String>> named) {
    if (!hasTokens() || SoftHsm.findLibrary(environment).isEmpty()) {
      return;
    }
    using(
        hsm -> {
          // In this order: a name is stored before it is expected no more.
          var left = new HashSet<>(hsm.labels());
          left.removeAll(expected);
          left.removeAll(named.get());
          if (!left.isEmpty()) {
            hsm.delete(left);
            LOG.log(
                System.Logger.Level.INFO, "tokens that nothing named are gone: {0}", left.size());
          }
          return hsm;
        });
  }

  private boolean hasTokens() {
    try (var tokens = Files.list(folder.resolve("tokens"))) {
      return tokens.findAny().isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (hsm != null) {
      hsm.close();
      hsm = null;
    }
  }
}
