package dev.bulwark.identity.sts;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The condition keys that a SAML assertion brings.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml">Available
 *     keys for SAML-based AWS STS federation</a>
 */
final class SamlKeys {
  private static final String EDU_PERSON = "urn:oid:1.3.6.1.4.1.5923.1.1.1.";
  private static final String EDU_ORG = "urn:oid:1.3.6.1.4.1.5923.1.2.1.";
  private static final String CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";

  /** Keys by the names of attributes. */
  private static final Map<String, String> ATTRIBUTES =
      Map.ofEntries(
          Map.entry(EDU_PERSON + "1", "eduPersonAffiliation"),
          Map.entry(EDU_PERSON + "2", "eduPersonNickname"),
          Map.entry(EDU_PERSON + "3", "eduPersonOrgDN"),
          Map.entry(EDU_PERSON + "4", "eduPersonOrgUnitDN"),
          Map.entry(EDU_PERSON + "5", "eduPersonPrimaryAffiliation"),
          Map.entry(EDU_PERSON + "6", "eduPersonPrincipalName"),
          Map.entry(EDU_PERSON + "7", "eduPersonEntitlement"),
          Map.entry(EDU_PERSON + "8", "eduPersonPrimaryOrgUnitDN"),
          Map.entry(EDU_PERSON + "9", "eduPersonScopedAffiliation"),
          Map.entry(EDU_PERSON + "10", "eduPersonTargetedID"),
          Map.entry(EDU_PERSON + "11", "eduPersonAssurance"),
          Map.entry(EDU_ORG + "2", "eduOrgHomePageURI"),
          Map.entry(EDU_ORG + "3", "eduOrgIdentityAuthNPolicyURI"),
          Map.entry(EDU_ORG + "4", "eduOrgLegalName"),
          Map.entry(EDU_ORG + "5", "eduOrgSuperiorURI"),
          Map.entry(EDU_ORG + "6", "eduOrgWhitePagesURI"),
          Map.entry("urn:oid:2.5.4.3", "cn"),
          Map.entry("urn:oid:2.5.4.4", "surname"),
          Map.entry("urn:oid:2.5.4.42", "givenName"),
          Map.entry("urn:oid:2.5.4.45", "x500UniqueIdentifier"),
          Map.entry("urn:oid:0.9.2342.19200300.100.1.1", "uid"),
          Map.entry("urn:oid:0.9.2342.19200300.100.1.3", "mail"),
          Map.entry("urn:oid:0.9.2342.19200300.100.1.45", "organizationStatus"),
          Map.entry(CLAIMS + "name", "name"),
          Map.entry("http://schemas.xmlsoap.org/claims/CommonName", "commonName"),
          Map.entry(CLAIMS + "givenname", "givenName"),
          Map.entry(CLAIMS + "surname", "surname"),
          Map.entry(CLAIMS + "emailaddress", "mail"),
          Map.entry(
              "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid",
              "primaryGroupSID"),
          Map.entry(CLAIMS + "privatepersonalidentifier", "uid"));

  private SamlKeys() {}

  /** All that a trust policy may ask for. */
  static Map<String, List<String>> of(
      SamlAssertion assertion, String nameQualifier, String accountId, String providerName) {
    var keys = new HashMap<String, List<String>>();
    assertion
        .attributes()
        .forEach(
            (name, values) -> {
              var key = ATTRIBUTES.get(name);
              if (key != null && !values.isEmpty()) {
                keys.put("saml:" + key, values);
              }
            });
    keys.put("saml:aud", List.of(assertion.recipient()));
    keys.put("saml:iss", List.of(assertion.issuer()));
    keys.put("saml:doc", List.of(accountId + "/" + providerName));
    keys.putAll(ofSession(assertion, nameQualifier));
    return keys;
  }

  /** Those that the requests of the session have too. */
  static Map<String, List<String>> ofSession(SamlAssertion assertion, String nameQualifier) {
    return Map.of(
        "saml:namequalifier", List.of(nameQualifier),
        "saml:sub", List.of(assertion.subject()),
        "saml:sub_type", List.of(assertion.subjectType()));
  }
}
