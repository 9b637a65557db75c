package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server certificate as stored.
 *
 * @param id {@code ASCA…}
 * @param body the certificate, in PEM
 * @param chain those that vouch for it, in PEM
 * @param privateKey sealed, in base64; bound to the id
 */
record ServerCertificateRecord(
    String accountId,
    String name,
    String path,
    String id,
    String body,
    @Nullable String chain,
    String privateKey,
    Instant uploaded,
    Instant expires,
    Map<String, String> tags) {

  static final String TYPE = "AWS::IAM::ServerCertificate";

  ServerCertificateRecord {
    tags = Map.copyOf(tags);
  }

  String arn() {
    return arn(accountId, path, name);
  }

  static String arn(String accountId, String path, String name) {
    return "arn:aws:iam::" + accountId + ":server-certificate" + path + name;
  }

  ServerCertificateRecord renamed(String newName, String newPath) {
    return new ServerCertificateRecord(
        accountId, newName, newPath, id, body, chain, privateKey, uploaded, expires, tags);
  }

  ServerCertificateRecord withTags(Map<String, String> newTags) {
    return new ServerCertificateRecord(
        accountId, name, path, id, body, chain, privateKey, uploaded, expires, newTags);
  }

  /** For the stream of changes: the private key is nobody's business, sealed or not. */
  ServerCertificateRecord withoutKey() {
    return new ServerCertificateRecord(
        accountId, name, path, id, body, chain, "", uploaded, expires, tags);
  }

  /** Leaves out the private key. */
  @Override
  public String toString() {
    return "ServerCertificateRecord[" + arn() + "]";
  }
}
