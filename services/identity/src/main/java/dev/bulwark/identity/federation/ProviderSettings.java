package dev.bulwark.identity.federation;

import dev.bulwark.outgoing.OutgoingSettings;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

/**
 * What the operator allows where identity providers are asked over the network. Who may create a
 * provider chooses an address that Bulwark connects to, so that by default it connects to public
 * ones alone.
 */
public record ProviderSettings(OutgoingSettings outgoing) {
  private static final String PREFIX = "BULWARK_OIDC";

  /** Public addresses, and the authorities of the Java runtime. */
  public static final ProviderSettings DEFAULT = of(Map.of());

  /** Settings with further authorities. */
  public ProviderSettings(boolean privateNetworks, List<X509Certificate> authorities) {
    this(new OutgoingSettings(privateNetworks, PREFIX + "_ALLOW_PRIVATE", authorities));
  }

  /**
   * What {@code BULWARK_OIDC_ALLOW_PRIVATE} and {@code BULWARK_OIDC_CA_BUNDLE} say.
   *
   * @throws IllegalArgumentException in words for the operator
   */
  public static ProviderSettings of(Map<String, String> environment) {
    return new ProviderSettings(OutgoingSettings.of(PREFIX, environment));
  }
}
