package dev.bulwark.policy;

import java.util.List;

/**
 * The Principal or NotPrincipal element of a statement.
 *
 * @param negated whether it is NotPrincipal
 */
public record Principals(boolean negated, List<Principal> values) {

  /** One principal that a statement names. */
  public sealed interface Principal {
    /** {@code "*"} or {@code {"AWS": "*"}}: everyone, anonymous included. */
    record Everyone() implements Principal {}

    /**
     * An account, by its 12 digits or its root ARN: everyone in it that its own policies let
     * through.
     */
    record Account(String accountId) implements Principal {}

    /** A user, role, role session or federated user session, by ARN. */
    record Arn(String arn) implements Principal {}

    /** A user, role or role session by unique id: {@code AIDA…}, {@code AROA…}, {@code AROA…:s}. */
    record UniqueId(String id) implements Principal {}

    /** An AWS service, as in {@code cloudtrail.amazonaws.com}. */
    record Service(String name) implements Principal {}

    /** An OIDC or SAML provider: its ARN, or the name of a built-in one. */
    record Federated(String provider) implements Principal {}

    /** An account by the canonical user id of S3. */
    record CanonicalUser(String id) implements Principal {}
  }
}
