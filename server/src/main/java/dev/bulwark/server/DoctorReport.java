package dev.bulwark.server;

import dev.bulwark.state.BlobStore;
import dev.bulwark.state.Pace;
import dev.bulwark.state.Scrubber;
import dev.bulwark.state.Store;
import dev.bulwark.state.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code bulwark doctor} finds: a line a matter, good or bad. */
final class DoctorReport {
  private static final long LEAST_SPACE = 1L << 30;

  /**
   * A matter that was looked at.
   *
   * @param good false where something is wrong that keeps Bulwark from working well
   */
  private record Finding(boolean good, String subject, String text) {}

  private final List<Finding> findings = new ArrayList<>();

  private DoctorReport() {}

  /**
   * A report.
   *
   * @param seal the token that may guard KMS's keys, as a {@code pkcs11:} URI; null for none
   * @param tls the certificate for TLS and its key; null where none is given
   */
  static DoctorReport of(Path dataDir, @Nullable String seal, @Nullable List<Path> tls) {
    var report = new DoctorReport();
    report.add(true, "java", System.getProperty("java.vm.name") + " " + Runtime.version());
    report.add(
        true,
        "machine",
        "%d processors, heap of at most %d MiB"
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20));
    if (tls != null) {
      report.examineTls(
          () -> new GivenCertificate(tls.getFirst(), tls.getLast()).of(null).certificate());
    }
    if (Files.isDirectory(dataDir)) {
      report.examine(dataDir, seal);
    } else {
      report.add(true, "data", dataDir + " does not exist yet; ./bulwark up makes it");
    }
    return report;
  }

  private void examine(Path dataDir, @Nullable String seal) {
    try {
      var free = Files.getFileStore(dataDir).getUsableSpace();
      add(
          free > LEAST_SPACE,
          "disk",
          "%d MiB are free for %s%s"
              .formatted(free >> 20, dataDir, free > LEAST_SPACE ? "" : ": make room"));
    } catch (IOException e) {
      add(false, "disk", e.getMessage());
    }
    try {
      add(true, "root access key", RootAccessKey.read(dataDir).accessKeyId());
    } catch (StartException e) {
      add(false, "root access key", e.getMessage());
    }
    var keyProblems = KeyVaults.check(dataDir, System.getenv());
    keyProblems.forEach(problem -> add(false, "keys", problem));
    if (keyProblems.isEmpty()) {
      add(true, "keys", "both copies of the key log are sound");
    }
    try {
      add(true, "seal", "of KMS's keys: " + KeyVaults.describeSeal(dataDir, seal, System.getenv()));
    } catch (StartException e) {
      add(false, "seal", e.getMessage());
    }
    if (Files.exists(dataDir.resolve(LocalAuthority.FOLDER))) {
      examineTls(() -> LocalAuthority.certificate(dataDir, System.getenv()));
    }
    if (KeyVaults.rootKeyIsInEnvironment(System.getenv())) {
      add(true, "root key", "in BULWARK_ROOT_KEY, which is for development alone");
    }
    try (var store = Store.open(dataDir)) {
      var problems = store.check();
      problems.forEach(problem -> add(false, "store", problem));
      if (problems.isEmpty()) {
        add(true, "store", "every page and index is sound");
      }
      add(Scrubber.scrub(store, BlobStore.of(store), Pace.UNLIMITED));
    } catch (StoreException e) {
      // Then what the running one has found itself is all there is to tell.
      if (e.kind() == StoreException.Kind.IN_USE) {
        Scrubber.last(dataDir).ifPresent(this::add);
      }
      add(
          e.kind() == StoreException.Kind.IN_USE,
          "store",
          e.kind() == StoreException.Kind.IN_USE
              ? "Bulwark is running on it; stop it to have it examined"
              : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether a certificate can be used, and until when. */
  private void examineTls(Supplier<X509Certificate> which) {
    try {
      var certificate = which.get();
      var ends = certificate.getNotAfter().toInstant();
      var good = ends.isAfter(Instant.now());
      add(
          good,
          "tls",
          "the certificate %s %s %s"
              .formatted(
                  certificate.getSubjectX500Principal().getName(),
                  good ? "is valid until" : "has expired at",
                  ends));
    } catch (StartException e) {
      add(false, "tls", e.getMessage());
    }
  }

  private void add(Scrubber.Report scrub) {
    scrub.problems().forEach(problem -> add(false, "contents", problem));
    if (scrub.problems().isEmpty()) {
      add(true, "contents", "every checksum was right at " + scrub.finished());
    }
  }

  private void add(boolean good, String subject, @Nullable String text) {
    findings.add(new Finding(good, subject, String.valueOf(text)));
  }

  boolean healthy() {
    return findings.stream().allMatch(Finding::good);
  }

  String text() {
    return findings.stream()
        .map(f -> "%s  %-16s %s".formatted(f.good() ? "ok " : "BAD", f.subject(), f.text()))
        .collect(Collectors.joining("\n"));
  }

  String json() {
    return findings.stream()
        .map(
            f ->
                "  {\"good\": %b, \"subject\": \"%s\", \"text\": \"%s\"}"
                    .formatted(f.good(), f.subject(), Json.escape(f.text())))
        .collect(Collectors.joining(",\n", "[\n", "\n]"));
  }
}
