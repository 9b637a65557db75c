package dev.bulwark.identity.iam;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An OpenID Connect provider as stored.
 *
 * @param url without {@code https://}: what the ARN and condition keys begin with
 * @param thumbprints SHA-1 of certificates in hexadecimal, as they were given
 */
public record OidcProviderRecord(
    String accountId,
    String url,
    List<String> clientIds,
    List<String> thumbprints,
    Instant created,
    Map<String, String> tags) {

  static final String TYPE = "AWS::IAM::OIDCProvider";
  static final String ARN_TYPE = "oidc-provider";

  public OidcProviderRecord {
    clientIds = List.copyOf(clientIds);
    thumbprints = List.copyOf(thumbprints);
    tags = Map.copyOf(tags);
  }

  public String arn() {
    return "arn:aws:iam::" + accountId + ":" + ARN_TYPE + "/" + url;
  }

  OidcProviderRecord withClientIds(List<String> ids) {
    return new OidcProviderRecord(accountId, url, ids, thumbprints, created, tags);
  }

  OidcProviderRecord withThumbprints(List<String> prints) {
    return new OidcProviderRecord(accountId, url, clientIds, prints, created, tags);
  }

  OidcProviderRecord withTags(Map<String, String> newTags) {
    return new OidcProviderRecord(accountId, url, clientIds, thumbprints, created, newTags);
  }
}
