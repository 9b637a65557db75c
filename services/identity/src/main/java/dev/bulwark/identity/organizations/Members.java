package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.Account;
import dev.bulwark.api.organizations.Child;
import dev.bulwark.api.organizations.CloseAccountRequest;
import dev.bulwark.api.organizations.DescribeAccountRequest;
import dev.bulwark.api.organizations.DescribeAccountResponse;
import dev.bulwark.api.organizations.ListAccountsForParentRequest;
import dev.bulwark.api.organizations.ListAccountsForParentResponse;
import dev.bulwark.api.organizations.ListAccountsRequest;
import dev.bulwark.api.organizations.ListAccountsResponse;
import dev.bulwark.api.organizations.ListChildrenRequest;
import dev.bulwark.api.organizations.ListChildrenResponse;
import dev.bulwark.api.organizations.ListParentsRequest;
import dev.bulwark.api.organizations.ListParentsResponse;
import dev.bulwark.api.organizations.MoveAccountRequest;
import dev.bulwark.api.organizations.Parent;
import dev.bulwark.api.organizations.RemoveAccountFromOrganizationRequest;
import dev.bulwark.identity.account.AccountDirectory;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import java.util.List;

/** The accounts of an organization, where they are, and how they leave. */
final class Members {
  private static final String ACCOUNT = "ACCOUNT";
  private static final String UNIT = "ORGANIZATIONAL_UNIT";

  private final OrganizationTables tables;
  private final Standings standings;
  private final OrganizationTree tree;
  private final AccountDirectory accounts;
  private final Joining joining;

  Members(
      OrganizationTables tables,
      Standings standings,
      OrganizationTree tree,
      AccountDirectory accounts,
      Joining joining) {
    this.tables = tables;
    this.standings = standings;
    this.tree = tree;
    this.accounts = accounts;
    this.joining = joining;
  }

  DescribeAccountResponse describe(DescribeAccountRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              return new DescribeAccountResponse(
                  view(tx, organization, require(tx, organization, in.accountId())));
            });
  }

  ListAccountsResponse list(ListAccountsRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var page =
                  OrganizationPages.of(
                      tables.membersOf(tx, organization.id()),
                      MemberRecord::accountId,
                      in.maxResults(),
                      in.nextToken());
              return new ListAccountsResponse(
                  page.map(member -> view(tx, organization, member)), page.next());
            });
  }

  ListAccountsForParentResponse listForParent(ListAccountsForParentRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              requireParent(tx, organization, in.parentId());
              var page =
                  OrganizationPages.of(
                      tables.membersBelow(tx, organization.id(), in.parentId()),
                      MemberRecord::accountId,
                      in.maxResults(),
                      in.nextToken());
              return new ListAccountsForParentResponse(
                  page.map(member -> view(tx, organization, member)), page.next());
            });
  }

  ListChildrenResponse children(ListChildrenRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              requireParent(tx, organization, in.parentId());
              var ids =
                  in.childType().equals(ACCOUNT)
                      ? tables.membersBelow(tx, organization.id(), in.parentId()).stream()
                          .map(MemberRecord::accountId)
                          .toList()
                      : tables.unitsBelow(tx, organization.id(), in.parentId()).stream()
                          .map(UnitRecord::id)
                          .toList();
              var page = OrganizationPages.of(ids, id -> id, in.maxResults(), in.nextToken());
              return new ListChildrenResponse(
                  page.map(id -> new Child(id, in.childType())), page.next());
            });
  }

  ListParentsResponse parents(ListParentsRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var id = parentOf(tx, organization, in.childId());
              var type = id.equals(organization.rootId()) ? "ROOT" : UNIT;
              return new ListParentsResponse(List.of(new Parent(id, type)), null);
            });
  }

  private String parentOf(ReadTx tx, OrganizationRecord organization, String childId) {
    var member = tree.member(tx, organization, childId);
    if (member != null) {
      return member.parentId();
    }
    var unit = tree.unit(tx, organization, childId);
    if (unit == null) {
      throw OrganizationErrors.noChild();
    }
    return unit.parentId();
  }

  Unit move(MoveAccountRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          var member = require(tx, organization, in.accountId());
          if (!tree.hasParent(tx, organization, in.sourceParentId())) {
            throw OrganizationErrors.noSourceParent();
          }
          if (!tree.hasParent(tx, organization, in.destinationParentId())) {
            throw OrganizationErrors.noDestinationParent();
          }
          if (!member.parentId().equals(in.sourceParentId())) {
            throw OrganizationErrors.noAccount();
          }
          if (member.parentId().equals(in.destinationParentId())) {
            throw OrganizationErrors.accountInDestination();
          }
          var moved = member.withParent(in.destinationParentId());
          tables.members().put(tx, moved.accountId(), moved);
          call.changed(
              tx,
              Joining.ACCOUNT_TYPE,
              moved.accountId(),
              OrganizationArns.account(organization, moved.accountId()),
              member,
              moved);
          return Unit.UNIT;
        });
  }

  Unit remove(RemoveAccountFromOrganizationRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          joining.leave(tx, call, organization, require(tx, organization, in.accountId()));
          return Unit.UNIT;
        });
  }

  Unit leave(Unit in, Call call) {
    return call.write(
        tx -> {
          var standing = standings.member(tx, call);
          joining.leave(tx, call, standing.organization(), standing.member());
          return Unit.UNIT;
        });
  }

  /** From the next request on none of the account's credentials work. */
  Unit close(CloseAccountRequest in, Call call) {
    return call.write(
        tx -> {
          var organization = standings.management(tx, call).organization();
          var member = require(tx, organization, in.accountId());
          if (!organization.allFeatures()) {
            throw OrganizationErrors.notAllFeatures();
          }
          if (member.accountId().equals(organization.managementAccountId())) {
            throw OrganizationErrors.closesManagement();
          }
          if (!accounts.require(tx, member.accountId()).open()) {
            throw OrganizationErrors.alreadyClosed();
          }
          requireClosingQuota(tx, organization, call);
          accounts.change(tx, member.accountId(), account -> account.withClosed(call.time()));
          return Unit.UNIT;
        });
  }

  private void requireClosingQuota(ReadTx tx, OrganizationRecord organization, Call call) {
    var since = call.time().minus(OrganizationQuotas.CLOSING_PERIOD);
    var members = tables.membersOf(tx, organization.id());
    var closed =
        members.stream()
            .map(member -> accounts.require(tx, member.accountId()).closed())
            .filter(time -> time != null && time.isAfter(since))
            .count();
    if (closed >= OrganizationQuotas.closings(members.size())) {
      throw OrganizationErrors.closesTooMany();
    }
  }

  private void requireParent(ReadTx tx, OrganizationRecord organization, String id) {
    if (!tree.hasParent(tx, organization, id)) {
      throw OrganizationErrors.noParent();
    }
  }

  private MemberRecord require(ReadTx tx, OrganizationRecord organization, String accountId) {
    var member = tree.member(tx, organization, accountId);
    if (member == null) {
      throw OrganizationErrors.noAccount();
    }
    return member;
  }

  private Account view(ReadTx tx, OrganizationRecord organization, MemberRecord member) {
    var account = accounts.require(tx, member.accountId());
    var state = account.open() ? "ACTIVE" : "SUSPENDED";
    return Account.builder()
        .id(account.id())
        .arn(OrganizationArns.account(organization, account.id()))
        .email(account.email())
        .name(account.name())
        .status(state)
        .state(state)
        .joinedMethod(member.joinedMethod())
        .joinedTimestamp(member.joined())
        .paths(List.of(tree.pathText(tx, organization, account.id())))
        .build();
  }
}
