package dev.bulwark.identity.organizations;

import dev.bulwark.api.organizations.AcceptHandshakeRequest;
import dev.bulwark.api.organizations.AcceptHandshakeResponse;
import dev.bulwark.api.organizations.CancelHandshakeRequest;
import dev.bulwark.api.organizations.CancelHandshakeResponse;
import dev.bulwark.api.organizations.DeclineHandshakeRequest;
import dev.bulwark.api.organizations.DeclineHandshakeResponse;
import dev.bulwark.api.organizations.DescribeHandshakeRequest;
import dev.bulwark.api.organizations.DescribeHandshakeResponse;
import dev.bulwark.api.organizations.HandshakeConstraintViolationExceptionReason;
import dev.bulwark.api.organizations.HandshakeFilter;
import dev.bulwark.api.organizations.InvalidInputExceptionReason;
import dev.bulwark.api.organizations.ListHandshakesForAccountRequest;
import dev.bulwark.api.organizations.ListHandshakesForAccountResponse;
import dev.bulwark.api.organizations.ListHandshakesForOrganizationRequest;
import dev.bulwark.api.organizations.ListHandshakesForOrganizationResponse;
import dev.bulwark.schema.ApiException;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What becomes of handshakes: accepted, declined, cancelled, forgotten; and who may see them. */
final class Handshakes {
  private final OrganizationTables tables;
  private final Standings standings;
  private final HandshakeViews views;
  private final Joining joining;

  Handshakes(
      OrganizationTables tables, Standings standings, HandshakeViews views, Joining joining) {
    this.tables = tables;
    this.standings = standings;
    this.views = views;
    this.joining = joining;
  }

  /** Only the account that was asked can accept: an account for itself, or the organization. */
  AcceptHandshakeResponse accept(AcceptHandshakeRequest in, Call call) {
    var asked = tables.handshakes().get(in.handshakeId());
    if (asked != null
        && asked.action().equals(Invitations.INVITE)
        && isRecipient(asked, call)
        && tables.store().read(tx -> organization(tx, asked).allFeatures())) {
      joining.requireServiceLinkedRole(call);
    }
    return call.write(
        tx -> {
          var handshake = requireRecipient(tx, in.handshakeId(), call);
          requirePending(handshake, "ACCEPTED", call);
          var organization = organization(tx, handshake);
          switch (handshake.action()) {
            case Invitations.INVITE -> join(tx, call, organization, handshake);
            case Invitations.ENABLE_ALL_FEATURES -> finish(tx, call, organization, handshake);
            default -> {
              // The organization counts the approvals below.
            }
          }
          var accepted = end(tx, handshake, "ACCEPTED", call);
          openWhenAllApproved(tx, accepted, call);
          return new AcceptHandshakeResponse(views.of(tx, accepted, call.time()));
        });
  }

  private void join(
      WriteTx tx, Call call, OrganizationRecord organization, HandshakeRecord handshake) {
    var account = call.principal().accountId();
    if (tables.members().contains(tx, account)) {
      throw OrganizationErrors.alreadyMember();
    }
    if (tables.membersOf(tx, organization.id()).size() >= OrganizationQuotas.ACCOUNTS) {
      throw OrganizationErrors.handshake(
          HandshakeConstraintViolationExceptionReason.ACCOUNT_NUMBER_LIMIT_EXCEEDED,
          "You have exceeded the allowed number of AWS accounts.");
    }
    joining.join(tx, call, organization, account, "INVITED", handshake.tags());
  }

  /** The last step to all features, once every invited account has approved. */
  private void finish(
      WriteTx tx, Call call, OrganizationRecord organization, HandshakeRecord handshake) {
    if (!handshake.stateAt(call.time()).equals("OPEN")) {
      throw OrganizationErrors.handshakeTransition();
    }
    tables.organizations().put(tx, organization.id(), organization.withAllFeatures());
  }

  private void openWhenAllApproved(WriteTx tx, HandshakeRecord approved, Call call) {
    var parentId = approved.parentId();
    if (parentId == null) {
      return;
    }
    var open =
        tables.handshakesOf(tx, approved.organizationId()).stream()
            .filter(other -> parentId.equals(other.parentId()))
            .allMatch(other -> other.state().equals("ACCEPTED"));
    var parent = tables.handshakes().get(tx, parentId);
    if (open && parent != null && parent.pendingAt(call.time())) {
      tables.handshakes().put(tx, parentId, parent.withState("OPEN", call.time()));
    }
  }

  DeclineHandshakeResponse decline(DeclineHandshakeRequest in, Call call) {
    return call.write(
        tx -> {
          var handshake = requireRecipient(tx, in.handshakeId(), call);
          requirePending(handshake, "DECLINED", call);
          return new DeclineHandshakeResponse(
              views.of(tx, end(tx, handshake, "DECLINED", call), call.time()));
        });
  }

  /** Only who asked can take it back. */
  CancelHandshakeResponse cancel(CancelHandshakeRequest in, Call call) {
    return call.write(
        tx -> {
          var handshake = require(tx, in.handshakeId());
          if (!isOriginator(handshake, call)) {
            throw OrganizationErrors.accessDenied();
          }
          requirePending(handshake, "CANCELED", call);
          return new CancelHandshakeResponse(
              views.of(tx, end(tx, handshake, "CANCELED", call), call.time()));
        });
  }

  DescribeHandshakeResponse describe(DescribeHandshakeRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var handshake = require(tx, in.handshakeId());
              if (!isOriginator(handshake, call) && !isRecipient(handshake, call)) {
                throw OrganizationErrors.accessDenied();
              }
              return new DescribeHandshakeResponse(views.of(tx, handshake, call.time()));
            });
  }

  ListHandshakesForAccountResponse listForAccount(ListHandshakesForAccountRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var all = tables.handshakesFor(tx, call.principal().accountId());
              var page =
                  OrganizationPages.of(
                      shown(all, in.filter(), call),
                      HandshakeRecord::id,
                      in.maxResults(),
                      in.nextToken());
              return new ListHandshakesForAccountResponse(
                  page.map(handshake -> views.of(tx, handshake, call.time())), page.next());
            });
  }

  ListHandshakesForOrganizationResponse listForOrganization(
      ListHandshakesForOrganizationRequest in, Call call) {
    return tables
        .store()
        .read(
            tx -> {
              var organization = standings.delegate(tx, call).organization();
              var page =
                  OrganizationPages.of(
                      shown(tables.handshakesOf(tx, organization.id()), in.filter(), call),
                      HandshakeRecord::id,
                      in.maxResults(),
                      in.nextToken());
              return new ListHandshakesForOrganizationResponse(
                  page.map(handshake -> views.of(tx, handshake, call.time())), page.next());
            });
  }

  /** What has ended is shown for 30 days more. */
  private static List<HandshakeRecord> shown(
      List<HandshakeRecord> all, @Nullable HandshakeFilter filter, Call call) {
    var action = filter == null ? null : filter.actionType();
    var parent = filter == null ? null : filter.parentHandshakeId();
    if (action != null && parent != null) {
      throw OrganizationErrors.invalid(
          InvalidInputExceptionReason.MAX_LIMIT_EXCEEDED_FILTER,
          "You specified too many filter parameters.");
    }
    var oldest = call.time().minus(OrganizationQuotas.HANDSHAKE_KEPT);
    return all.stream()
        .filter(handshake -> handshake.endedAt(call.time()).isAfter(oldest))
        .filter(handshake -> action == null || action.equals(handshake.action()))
        .filter(handshake -> parent == null || parent.equals(handshake.parentId()))
        .toList();
  }

  private HandshakeRecord require(ReadTx tx, String id) {
    var found = tables.handshakes().get(tx, id);
    if (found == null) {
      throw OrganizationErrors.noHandshake();
    }
    return found;
  }

  private HandshakeRecord requireRecipient(ReadTx tx, String id, Call call) {
    var found = require(tx, id);
    if (!isRecipient(found, call)) {
      throw OrganizationErrors.accessDenied();
    }
    return found;
  }

  private static boolean isRecipient(HandshakeRecord handshake, Call call) {
    var asked = handshake.accountId();
    return call.principal()
        .accountId()
        .equals(asked == null ? handshake.managementAccountId() : asked);
  }

  private static boolean isOriginator(HandshakeRecord handshake, Call call) {
    return call.principal().accountId().equals(handshake.managementAccountId());
  }

  private static void requirePending(HandshakeRecord handshake, String wanted, Call call) {
    if (!handshake.pendingAt(call.time())) {
      throw inState(handshake, wanted, call);
    }
  }

  private static ApiException inState(HandshakeRecord handshake, String wanted, Call call) {
    return handshake.stateAt(call.time()).equals(wanted)
        ? OrganizationErrors.handshakeInState()
        : OrganizationErrors.handshakeTransition();
  }

  private HandshakeRecord end(WriteTx tx, HandshakeRecord handshake, String state, Call call) {
    var ended = handshake.withState(state, call.time());
    tables.handshakes().put(tx, ended.id(), ended);
    return ended;
  }

  private OrganizationRecord organization(ReadTx tx, HandshakeRecord handshake) {
    var found = tables.organizations().get(tx, handshake.organizationId());
    if (found == null) {
      throw OrganizationErrors.noHandshake();
    }
    return found;
  }
}
