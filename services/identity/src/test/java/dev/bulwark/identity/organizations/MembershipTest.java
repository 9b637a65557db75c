package dev.bulwark.identity.organizations;

import static dev.bulwark.identity.organizations.World.error;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.organizations.model.ActionType;
import software.amazon.awssdk.services.organizations.model.DelegatedAdministrator;
import software.amazon.awssdk.services.organizations.model.Handshake;
import software.amazon.awssdk.services.organizations.model.HandshakePartyType;
import software.amazon.awssdk.services.organizations.model.HandshakeState;
import software.amazon.awssdk.services.organizations.model.OrganizationFeatureSet;

/** Handshakes, trusted services and delegated administrators. */
final class MembershipTest {
  private final World world = World.withOrganization();

  @AfterEach
  void close() {
    world.close();
  }

  private record Standalone(String id, OrganizationsClient client) {}

  /** An account that has left. */
  private Standalone standalone(String name) {
    var id = world.account(name);
    var administrator = world.administrator(id);
    world.organizations.removeAccountFromOrganization(r -> r.accountId(id));
    return new Standalone(id, world.organizations(administrator));
  }

  private Handshake invite(String accountId) {
    return world
        .organizations
        .inviteAccountToOrganization(
            r -> r.notes("Join us").target(t -> t.id(accountId).type(HandshakePartyType.ACCOUNT)))
        .handshake();
  }

  @Test
  void anInvitedAccountAccepts() {
    var other = standalone("other");
    var handshake = invite(other.id());
    assertThat(handshake.state()).isEqualTo(HandshakeState.OPEN);
    assertThat(handshake.action()).isEqualTo(ActionType.INVITE);
    assertThat(Duration.between(handshake.requestedTimestamp(), handshake.expirationTimestamp()))
        .isEqualTo(Duration.ofDays(15));
    assertThat(handshake.resources())
        .anySatisfy(resource -> assertThat(resource.value()).isEqualTo("Join us"));
    assertThat(error(() -> invite(other.id()))).startsWith("DuplicateHandshakeException");
    assertThat(error(() -> world.organizations.acceptHandshake(r -> r.handshakeId(handshake.id()))))
        .startsWith("AccessDeniedException");
    assertThat(other.client().listHandshakesForAccount(r -> {}).handshakes()).hasSize(1);

    var accepted = other.client().acceptHandshake(r -> r.handshakeId(handshake.id())).handshake();

    assertThat(accepted.state()).isEqualTo(HandshakeState.ACCEPTED);
    assertThat(world.describe(other.id()).joinedMethodAsString()).isEqualTo("INVITED");
    assertThat(error(() -> other.client().acceptHandshake(r -> r.handshakeId(handshake.id()))))
        .startsWith("HandshakeAlreadyInStateException");
    assertThat(error(() -> invite(other.id()))).startsWith("HandshakeConstraintViolationException");
  }

  @Test
  void invitationsAreDeclinedCancelledOrExpire() {
    var other = standalone("other");
    var declined = invite(other.id());
    other.client().declineHandshake(r -> r.handshakeId(declined.id()));
    assertThat(error(() -> world.organizations.cancelHandshake(r -> r.handshakeId(declined.id()))))
        .startsWith("InvalidHandshakeTransitionException");
    var cancelled = invite(other.id());
    assertThat(error(() -> other.client().cancelHandshake(r -> r.handshakeId(cancelled.id()))))
        .startsWith("AccessDeniedException");
    world.organizations.cancelHandshake(r -> r.handshakeId(cancelled.id()));
    var expired =
        world
            .organizations
            .inviteAccountToOrganization(
                r -> r.target(t -> t.id("OTHER@example.com").type(HandshakePartyType.EMAIL)))
            .handshake();
    world.clock.advance(Duration.ofDays(15));
    assertThat(
            world
                .organizations
                .describeHandshake(r -> r.handshakeId(expired.id()))
                .handshake()
                .state())
        .isEqualTo(HandshakeState.EXPIRED);
    assertThat(world.organizations.listHandshakesForOrganization(r -> {}).handshakes()).hasSize(3);
    world.clock.advance(Duration.ofDays(16));
    assertThat(world.organizations.listHandshakesForOrganization(r -> {}).handshakes()).hasSize(1);
    assertThat(error(() -> invite("111122223333"))).startsWith("InvalidInputException");
  }

  @Test
  void allFeaturesComeOnceEveryInvitedAccountApproves() {
    var other = standalone("other");
    world.organizations.deleteOrganization(r -> {});
    world.organizations.createOrganization(
        r -> r.featureSet(OrganizationFeatureSet.CONSOLIDATED_BILLING));
    world.account("created");
    other.client().acceptHandshake(r -> r.handshakeId(invite(other.id()).id()));

    var all = world.organizations.enableAllFeatures(r -> {}).handshake();
    assertThat(all.state()).isEqualTo(HandshakeState.REQUESTED);
    assertThat(error(() -> world.organizations.enableAllFeatures(r -> {})))
        .startsWith("HandshakeConstraintViolationException");
    assertThat(error(() -> world.organizations.acceptHandshake(r -> r.handshakeId(all.id()))))
        .startsWith("InvalidHandshakeTransitionException");
    var approval =
        other
            .client()
            .listHandshakesForAccount(
                r -> r.filter(f -> f.actionType(ActionType.APPROVE_ALL_FEATURES)))
            .handshakes()
            .getFirst();
    other.client().acceptHandshake(r -> r.handshakeId(approval.id()));
    world.organizations.acceptHandshake(r -> r.handshakeId(all.id()));

    assertThat(world.organizations.describeOrganization(r -> {}).organization().featureSet())
        .isEqualTo(OrganizationFeatureSet.ALL);
  }

  @Test
  void aDelegatedAdministratorReadsWhatTheManagementAccountReads() {
    var account = world.account("security");
    var service = "guardduty.amazonaws.com";
    var member = world.organizations(world.administrator(account));
    Runnable register =
        () ->
            world.organizations.registerDelegatedAdministrator(
                r -> r.accountId(account).servicePrincipal(service));
    assertThat(error(register::run))
        .isEqualTo(
            "ConstraintViolationException: You must enable service access before you delegate an administrator for this service. Call the AWS API EnableAWSServiceAccess first.");
    world.organizations.enableAWSServiceAccess(r -> r.servicePrincipal(service));
    assertThat(error(() -> member.listAccounts(r -> {}))).startsWith("AccessDeniedException");
    register.run();

    assertThat(member.listAccounts(r -> {}).accounts()).hasSize(2);
    assertThat(member.listDelegatedAdministrators(r -> {}).delegatedAdministrators())
        .extracting(DelegatedAdministrator::id)
        .containsExactly(account);
    assertThat(
            member
                .listDelegatedServicesForAccount(r -> r.accountId(account))
                .delegatedServices()
                .getFirst()
                .servicePrincipal())
        .isEqualTo(service);
    assertThat(error(() -> member.createAccount(r -> r.accountName("x").email("x@example.com"))))
        .startsWith("AccessDeniedException");
    assertThat(error(register::run))
        .isEqualTo(
            "AccountAlreadyRegisteredException: The provided account is already a delegated administrator for your organization.");
    assertThat(
            error(
                () -> world.organizations.removeAccountFromOrganization(r -> r.accountId(account))))
        .startsWith("ConstraintViolationException");
    assertThat(
            error(
                () ->
                    world.organizations.registerDelegatedAdministrator(
                        r -> r.accountId(World.MANAGEMENT).servicePrincipal(service))))
        .startsWith("ConstraintViolationException: You cannot register master account/yourself");
    assertThat(
            error(
                () -> world.organizations.enableAWSServiceAccess(r -> r.servicePrincipal("moto"))))
        .isEqualTo("InvalidInputException: You specified an unrecognized service principal.");

    world.organizations.deregisterDelegatedAdministrator(
        r -> r.accountId(account).servicePrincipal(service));
    assertThat(error(() -> member.listAccounts(r -> {}))).startsWith("AccessDeniedException");
    world.organizations.disableAWSServiceAccess(r -> r.servicePrincipal(service));
    assertThat(
            world
                .organizations
                .listAWSServiceAccessForOrganization(r -> {})
                .enabledServicePrincipals())
        .isEmpty();
  }

  @Test
  void rootAccessToMembersIsSwitchedOnByTheManagementAccount() {
    var account = world.account("app");
    var features = new RootFeatures(new OrganizationTables(world.store));
    assertThat(error(() -> world.iam.enableOrganizationsRootSessions(r -> {})))
        .startsWith("ServiceAccessNotEnabled");
    world.organizations.enableAWSServiceAccess(r -> r.servicePrincipal("iam.amazonaws.com"));
    assertThat(features.sessionsAllowed(World.MANAGEMENT, account)).isFalse();

    world.iam.enableOrganizationsRootCredentialsManagement(r -> {});
    var enabled = world.iam.enableOrganizationsRootSessions(r -> {});

    assertThat(enabled.enabledFeaturesAsStrings())
        .containsExactly("RootCredentialsManagement", "RootSessions");
    assertThat(features.sessionsAllowed(World.MANAGEMENT, account)).isTrue();
    assertThat(features.sessionsAllowed(account, World.MANAGEMENT)).isFalse();
    var member = world.iam(world.administrator(account));
    assertThat(error(() -> member.listOrganizationsFeatures(r -> {})))
        .startsWith("AccountNotManagementOrDelegatedAdministrator");
    world.iam.disableOrganizationsRootSessions(r -> {});
    assertThat(world.iam.listOrganizationsFeatures(r -> {}).enabledFeaturesAsStrings())
        .containsExactly("RootCredentialsManagement");
    assertThat(features.sessionsAllowed(World.MANAGEMENT, account)).isFalse();
  }
}
