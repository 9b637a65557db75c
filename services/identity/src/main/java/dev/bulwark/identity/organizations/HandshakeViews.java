package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.Handshake;
import dev.bulwark.api.organizations.HandshakeParty;
import dev.bulwark.api.organizations.HandshakeResource;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.state.ReadTx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Handshakes as responses show them. */
final class HandshakeViews {
  private final OrganizationTables tables;
  private final AccountDirectory accounts;

  HandshakeViews(OrganizationTables tables, AccountDirectory accounts) {
    this.tables = tables;
    this.accounts = accounts;
  }

  Handshake of(ReadTx tx, HandshakeRecord handshake, Instant now) {
    var parties = new ArrayList<HandshakeParty>();
    // As a party the organization goes without the "o-" of its id, unlike in the examples of the
    // API reference; as a resource it keeps it.
    parties.add(new HandshakeParty(handshake.organizationId().substring(2), "ORGANIZATION"));
    var email = handshake.email();
    var account = handshake.accountId();
    if (email != null) {
      parties.add(new HandshakeParty(email, "EMAIL"));
    } else if (account != null) {
      parties.add(new HandshakeParty(account, "ACCOUNT"));
    }
    return Handshake.builder()
        .id(handshake.id())
        .arn(OrganizationArns.handshake(handshake))
        .parties(parties)
        .state(handshake.stateAt(now))
        .requestedTimestamp(handshake.requested())
        .expirationTimestamp(handshake.expires())
        .action(handshake.action())
        .resources(resources(tx, handshake))
        .build();
  }

  private List<HandshakeResource> resources(ReadTx tx, HandshakeRecord handshake) {
    var resources = new ArrayList<HandshakeResource>();
    var organization = tables.organizations().get(tx, handshake.organizationId());
    var management = accounts.require(tx, handshake.managementAccountId());
    resources.add(
        HandshakeResource.builder()
            .type("ORGANIZATION")
            .value(handshake.organizationId())
            .resources(
                List.of(
                    resource("MASTER_EMAIL", management.email()),
                    resource("MASTER_NAME", management.name()),
                    resource(
                        "ORGANIZATION_FEATURE_SET",
                        organization == null ? OrganizationRecord.ALL : organization.featureSet())))
            .build());
    var email = handshake.email();
    var account = handshake.accountId();
    if (email != null) {
      resources.add(resource("EMAIL", email));
    } else if (account != null) {
      resources.add(resource("ACCOUNT", account));
    }
    var notes = handshake.notes();
    if (notes != null) {
      resources.add(resource("NOTES", notes));
    }
    var parent = handshake.parentId();
    if (parent != null) {
      resources.add(resource("PARENT_HANDSHAKE", parent));
    }
    return resources;
  }

  private static HandshakeResource resource(String type, String value) {
    return HandshakeResource.builder().type(type).value(value).build();
  }
}
