package dev.bulwark.outgoing;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificate authorities that servers are trusted by. */
public final class Authorities {
  private Authorities() {}

  /** Those of the Java runtime, and beside them those of the settings. */
  public static List<X509TrustManager> of(OutgoingSettings settings) {
    var all = new ArrayList<>(managers(null));
    if (!settings.authorities().isEmpty()) {
      all.addAll(managers(keyStore(settings.authorities())));
    }
    return List.copyOf(all);
  }

  private static List<X509TrustManager> managers(@Nullable KeyStore store) {
    try {
      var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return Arrays.stream(factory.getTrustManagers())
          .filter(X509TrustManager.class::isInstance)
          .map(X509TrustManager.class::cast)
          .toList();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no certificate authorities", e);
    }
  }

  private static KeyStore keyStore(List<X509Certificate> certificates) {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("authority-" + i, certificates.get(i));
      }
      return store;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("no key store", e);
    }
  }
}
