package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.EnableAllFeaturesRequest;
import dev.bulwark.api.organizations.EnableAllFeaturesResponse;
import dev.bulwark.api.organizations.HandshakeConstraintViolationExceptionReason;
import dev.bulwark.api.organizations.HandshakeParty;
import dev.bulwark.api.organizations.InvalidInputExceptionReason;
import dev.bulwark.api.organizations.InviteAccountToOrganizationRequest;
import dev.bulwark.api.organizations.InviteAccountToOrganizationResponse;
import dev.bulwark.base.AccountId;
import dev.bulwark.base.Ids;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The handshakes that an organization begins: invitations, and the change to all features. */
final class Invitations {
  static final String INVITE = "INVITE";
  static final String ENABLE_ALL_FEATURES = "ENABLE_ALL_FEATURES";
  static final String APPROVE_ALL_FEATURES = "APPROVE_ALL_FEATURES";

  private final OrganizationTables tables;
  private final Standings standings;
  private final AccountDirectory accounts;
  private final HandshakeViews views;

  Invitations(
      OrganizationTables tables,
      Standings standings,
      AccountDirectory accounts,
      HandshakeViews views) {
    this.tables = tables;
    this.standings = standings;
    this.accounts = accounts;
    this.views = views;
  }

  /** Invites an account of this installation; there are no others. */
  InviteAccountToOrganizationResponse invite(InviteAccountToOrganizationRequest in, Call call) {
    var tags = OrganizationTags.read(in.tags());
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          var account = invited(tx, in.target());
          var member = tables.members().get(tx, account);
          if (member != null && member.organizationId().equals(organization.id())) {
            throw OrganizationErrors.alreadyMember();
          }
          for (var other : tables.handshakesOf(tx, organization.id())) {
            if (!other.pendingAt(call.time())) {
              continue;
            }
            if (other.action().equals(ENABLE_ALL_FEATURES)) {
              throw OrganizationErrors.handshake(
                  HandshakeConstraintViolationExceptionReason
                      .INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES,
                  "You can't issue new invitations to join an organization while it's in the process of enabling all"
                      + " features.");
            }
            if (account.equals(other.accountId())) {
              throw OrganizationErrors.handshakeExists();
            }
          }
          var handshake =
              begin(
                  tx,
                  call,
                  organization,
                  INVITE,
                  account,
                  in.target().type().equals("EMAIL") ? in.target().id() : null,
                  "OPEN",
                  OrganizationQuotas.INVITATION,
                  in.notes(),
                  null,
                  tags);
          return new InviteAccountToOrganizationResponse(views.of(tx, handshake, call.time()));
        });
  }

  private String invited(ReadTx tx, HandshakeParty target) {
    return switch (target.type()) {
      case "ACCOUNT" -> {
        if (!AccountId.isValid(target.id())) {
          throw OrganizationErrors.invalidPattern();
        }
        if (accounts.find(tx, target.id()) == null) {
          throw OrganizationErrors.unsupportedTarget();
        }
        yield target.id();
      }
      case "EMAIL" -> {
        var account = accounts.byEmail(tx, target.id());
        if (account == null) {
          throw OrganizationErrors.invalid(
              InvalidInputExceptionReason.INVALID_EMAIL_ADDRESS_TARGET,
              "You specified an invalid email address for the invited account owner.");
        }
        yield account.id();
      }
      default ->
          throw OrganizationErrors.invalid(
              InvalidInputExceptionReason.INVALID_PARTY_TYPE_TARGET,
              "You specified an invalid party type as the target parameter.");
    };
  }

  /** Every account that was invited is asked; those that the organization made are not. */
  EnableAllFeaturesResponse enableAllFeatures(EnableAllFeaturesRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          if (organization.allFeatures()) {
            throw OrganizationErrors.handshake(
                HandshakeConstraintViolationExceptionReason.ORGANIZATION_ALREADY_HAS_ALL_FEATURES,
                "All features are already enabled on this organization.");
          }
          if (tables.handshakesOf(tx, organization.id()).stream()
              .anyMatch(
                  other ->
                      other.action().equals(ENABLE_ALL_FEATURES) && other.pendingAt(call.time()))) {
            throw OrganizationErrors.handshake(
                HandshakeConstraintViolationExceptionReason
                    .ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION,
                "The handshake request is invalid because the organization has already started the process to enable"
                    + " all features.");
          }
          var asked =
              tables.membersOf(tx, organization.id()).stream()
                  .filter(member -> member.joinedMethod().equals("INVITED"))
                  .map(MemberRecord::accountId)
                  .filter(id -> !id.equals(organization.managementAccountId()))
                  .toList();
          var handshake =
              begin(
                  tx,
                  call,
                  organization,
                  ENABLE_ALL_FEATURES,
                  null,
                  null,
                  asked.isEmpty() ? "OPEN" : "REQUESTED",
                  OrganizationQuotas.ALL_FEATURES,
                  null,
                  null,
                  Map.of());
          for (var account : asked) {
            begin(
                tx,
                call,
                organization,
                APPROVE_ALL_FEATURES,
                account,
                null,
                "OPEN",
                OrganizationQuotas.ALL_FEATURES,
                null,
                handshake.id(),
                Map.of());
          }
          return new EnableAllFeaturesResponse(views.of(tx, handshake, call.time()));
        });
  }

  private HandshakeRecord begin(
      WriteTx tx,
      Call call,
      OrganizationRecord organization,
      String action,
      @Nullable String accountId,
      @Nullable String email,
      String state,
      Duration life,
      @Nullable String notes,
      @Nullable String parentId,
      Map<String, String> tags) {
    var handshake =
        new HandshakeRecord(
            "h-" + Ids.base36(32),
            organization.id(),
            organization.managementAccountId(),
            action,
            accountId,
            email,
            state,
            call.time(),
            call.time().plus(life),
            call.time(),
            notes,
            parentId,
            tags);
    tables.handshakes().insert(tx, handshake.id(), handshake);
    return handshake;
  }
}
