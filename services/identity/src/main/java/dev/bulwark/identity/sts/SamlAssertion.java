package dev.bulwark.identity.sts;

import dev.bulwark.identity.federation.SamlMetadata;
import dev.bulwark.identity.federation.SamlNames;
import dev.bulwark.identity.federation.SecureXml;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/**
 * What a verified assertion says of whom, and until when.
 *
 * @param recipient the sign-in endpoint that it was made for
 * @param attributes values by name, in the order of the document
 * @param sessionEnd when the provider's own session ends; null where it does not say
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html">Configure
 *     SAML assertions for the authentication response</a>
 */
record SamlAssertion(
    String issuer,
    String subject,
    String subjectType,
    String recipient,
    Map<String, List<String>> attributes,
    @Nullable Instant sessionEnd) {

  private static final Duration REDEEMED_WITHIN = Duration.ofMinutes(5);

  /** By how much a provider's clock may be ahead. */
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final String BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
  private static final String NAME_FORMAT = "urn:oasis:names:tc:SAML:2.0:nameid-format:";
  private static final String AUDIENCE_URN = "urn:amazon:webservices";

  /** AWS's sign-in endpoints, global and regional. */
  private static final Pattern ENDPOINT =
      Pattern.compile(
          "https://([a-z]{2}(-[a-z]+)+-\\d\\.)?signin\\.aws\\.amazon\\.com/(static/)?saml(/acs/[A-Z0-9]+)?");

  SamlAssertion {
    attributes = Map.copyOf(attributes);
  }

  /**
   * Reads an assertion whose signature was verified.
   *
   * @throws dev.bulwark.schema.ApiException InvalidIdentityToken, ExpiredTokenException
   */
  static SamlAssertion read(Element assertion, Instant now) {
    try {
      var subject = one(assertion, "Subject");
      var name = one(subject, "NameID");
      var confirmation = one(subject, "SubjectConfirmation");
      var data = one(confirmation, "SubjectConfirmationData");
      if (!confirmation.getAttribute("Method").equals(BEARER)) {
        throw StsErrors.unreadableSamlResponse();
      }
      requireInTime(assertion, data, now);
      requireAudience(assertion);
      var recipient = data.getAttribute("Recipient");
      if (!ENDPOINT.matcher(recipient).matches()) {
        throw StsErrors.samlAudience();
      }
      var format = name.getAttribute("Format");
      return new SamlAssertion(
          SecureXml.text(one(assertion, "Issuer")),
          SecureXml.text(name),
          format.startsWith(NAME_FORMAT) ? format.substring(NAME_FORMAT.length()) : format,
          recipient,
          attributes(assertion),
          sessionEnd(assertion));
    } catch (IllegalArgumentException e) {
      throw StsErrors.unreadableSamlResponse();
    }
  }

  /** The first value of an attribute; null where there is none. */
  @Nullable String attribute(String name) {
    var values = attributes.get(name);
    return values == null || values.isEmpty() ? null : values.getFirst();
  }

  private static Element one(Element parent, String name) {
    var found = SecureXml.children(parent, SamlNames.ASSERTION, name);
    if (found.size() != 1) {
      throw StsErrors.unreadableSamlResponse();
    }
    return found.getFirst();
  }

  private static void requireInTime(Element assertion, Element data, Instant now) {
    var issued = SamlMetadata.time(assertion, "IssueInstant");
    var end = SamlMetadata.time(data, "NotOnOrAfter");
    if (issued == null || end == null) {
      throw StsErrors.unreadableSamlResponse();
    }
    requireBefore(now, end);
    requireBefore(now, issued.plus(REDEEMED_WITHIN));
    requireNotOfFuture(now, issued);
    requireNotOfFuture(now, SamlMetadata.time(data, "NotBefore"));
    var conditions = one(assertion, "Conditions");
    var lastMoment = SamlMetadata.time(conditions, "NotOnOrAfter");
    if (lastMoment != null) {
      requireBefore(now, lastMoment);
    }
    requireNotOfFuture(now, SamlMetadata.time(conditions, "NotBefore"));
  }

  private static void requireBefore(Instant now, Instant end) {
    if (!now.isBefore(end)) {
      throw StsErrors.samlTooLate();
    }
  }

  private static void requireNotOfFuture(Instant now, @Nullable Instant begin) {
    if (begin != null && begin.isAfter(now.plus(SKEW))) {
      throw StsErrors.tokenNotYetValid(now, begin);
    }
  }

  /** Every restriction has to name AWS. */
  private static void requireAudience(Element assertion) {
    var restrictions =
        SecureXml.children(
            one(assertion, "Conditions"), SamlNames.ASSERTION, "AudienceRestriction");
    if (restrictions.isEmpty() || !restrictions.stream().allMatch(SamlAssertion::namesAws)) {
      throw StsErrors.samlAudience();
    }
  }

  private static boolean namesAws(Element restriction) {
    return SecureXml.children(restriction, SamlNames.ASSERTION, "Audience").stream()
        .map(SecureXml::text)
        .anyMatch(
            audience -> audience.equals(AUDIENCE_URN) || ENDPOINT.matcher(audience).matches());
  }

  private static Map<String, List<String>> attributes(Element assertion) {
    var attributes = new LinkedHashMap<String, List<String>>();
    for (var statement : SecureXml.children(assertion, SamlNames.ASSERTION, "AttributeStatement")) {
      for (var attribute : SecureXml.children(statement, SamlNames.ASSERTION, "Attribute")) {
        var values =
            attributes.computeIfAbsent(attribute.getAttribute("Name"), name -> new ArrayList<>());
        SecureXml.children(attribute, SamlNames.ASSERTION, "AttributeValue").stream()
            .map(SecureXml::text)
            .forEach(values::add);
      }
    }
    return attributes;
  }

  private static @Nullable Instant sessionEnd(Element assertion) {
    Instant earliest = null;
    for (var statement : SecureXml.children(assertion, SamlNames.ASSERTION, "AuthnStatement")) {
      var end = SamlMetadata.time(statement, "SessionNotOnOrAfter");
      if (end != null && (earliest == null || end.isBefore(earliest))) {
        earliest = end;
      }
    }
    return earliest;
  }
}
