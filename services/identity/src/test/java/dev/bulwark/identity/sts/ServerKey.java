package dev.bulwark.identity.sts;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/** Of the keys of {@link TestKeys} the one of the server. */
final class ServerKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "server";

  private final X509ExtendedKeyManager keys;

  ServerKey(KeyManagerFactory factory) {
    this.keys = (X509ExtendedKeyManager) factory.getKeyManagers()[0];
  }

  @Override
  public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
    return keyType.equals("EC") ? ALIAS : null;
  }

  @Override
  public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
    return keyType.equals("EC") ? ALIAS : null;
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return TestKeys.store() == null ? null : chain();
  }

  private static X509Certificate[] chain() {
    return new X509Certificate[] {TestKeys.certificate(ALIAS), TestKeys.certificate("ca")};
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return TestKeys.privateKey(ALIAS);
  }

  @Override
  public String[] getServerAliases(String keyType, Principal[] issuers) {
    return new String[] {ALIAS};
  }

  @Override
  public String[] getClientAliases(String keyType, Principal[] issuers) {
    return keys.getClientAliases(keyType, issuers);
  }

  @Override
  public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
    return keys.chooseClientAlias(keyType, issuers, socket);
  }
}
