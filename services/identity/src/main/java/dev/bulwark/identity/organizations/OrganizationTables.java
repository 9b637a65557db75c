package dev.bulwark.identity.organizations;

import dev.bulwark.state.Entry;
import dev.bulwark.state.Index;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What Organizations stores. */
public final class OrganizationTables {
  private static final String BY_ORGANIZATION = "org";
  private static final String BY_PARENT = "parent";
  private static final String BY_POLICY = "policy";
  private static final String BY_ACCOUNT = "acct";

  /** That something is switched on, or somebody registered, and since when. */
  record Since(String organizationId, String accountId, String service, Instant time) {}

  private final Store store;
  private final Table<OrganizationRecord> organizations;
  private final Table<MemberRecord> members;
  private final Table<UnitRecord> units;
  private final Table<PolicyRecord> policies;
  private final Table<AttachmentRecord> attachments;
  private final Table<HandshakeRecord> handshakes;
  private final Table<CreationRecord> creations;
  private final Table<Since> serviceAccess;
  private final Table<Since> delegations;
  private final Table<ResourcePolicyRecord> resourcePolicies;

  /** Declares the tables. */
  public OrganizationTables(Store store) {
    this.store = store;
    organizations = store.table(TableSpec.json("org_organizations", OrganizationRecord.class));
    members =
        store.table(
            TableSpec.json(
                "org_members",
                MemberRecord.class,
                Index.of(BY_ORGANIZATION, MemberRecord::organizationId),
                Index.of(BY_PARENT, member -> Key.of(member.organizationId(), member.parentId()))));
    units =
        store.table(
            TableSpec.json(
                "org_units",
                UnitRecord.class,
                Index.of(BY_PARENT, unit -> Key.of(unit.organizationId(), unit.parentId()))));
    policies = store.table(TableSpec.json("org_policies", PolicyRecord.class));
    attachments =
        store.table(
            TableSpec.json(
                "org_attachments",
                AttachmentRecord.class,
                Index.of(BY_POLICY, found -> Key.of(found.organizationId(), found.policyId()))));
    handshakes =
        store.table(
            TableSpec.json(
                "org_handshakes",
                HandshakeRecord.class,
                Index.of(BY_ORGANIZATION, HandshakeRecord::organizationId),
                Index.of(BY_ACCOUNT, OrganizationTables::party)));
    creations = store.table(TableSpec.json("org_creations", CreationRecord.class));
    serviceAccess = store.table(TableSpec.json("org_service_access", Since.class));
    delegations = store.table(TableSpec.json("org_delegations", Since.class));
    resourcePolicies =
        store.table(TableSpec.json("org_resource_policies", ResourcePolicyRecord.class));
  }

  /** The account that a handshake is for. */
  private static String party(HandshakeRecord handshake) {
    var account = handshake.accountId();
    return account == null ? handshake.managementAccountId() : account;
  }

  Store store() {
    return store;
  }

  /** Organizations by their id. */
  Table<OrganizationRecord> organizations() {
    return organizations;
  }

  /** Members by account id. */
  Table<MemberRecord> members() {
    return members;
  }

  /** Units by organization and id. */
  Table<UnitRecord> units() {
    return units;
  }

  /** Policies by organization and id. */
  Table<PolicyRecord> policies() {
    return policies;
  }

  /** Attachments by organization, target and policy. */
  Table<AttachmentRecord> attachments() {
    return attachments;
  }

  /** Handshakes by their id. */
  Table<HandshakeRecord> handshakes() {
    return handshakes;
  }

  /** Requests for accounts by organization and id. */
  Table<CreationRecord> creations() {
    return creations;
  }

  /** Trusted services by organization and service principal. */
  Table<Since> serviceAccess() {
    return serviceAccess;
  }

  /** Delegated administrators by organization, account and service principal. */
  Table<Since> delegations() {
    return delegations;
  }

  /** Resource policies by organization. */
  Table<ResourcePolicyRecord> resourcePolicies() {
    return resourcePolicies;
  }

  /** The organization of an account, or null. */
  @Nullable OrganizationRecord organizationOf(ReadTx tx, String accountId) {
    var member = members.get(tx, accountId);
    return member == null ? null : organizations.get(tx, member.organizationId());
  }

  /** The accounts of an organization. */
  List<MemberRecord> membersOf(ReadTx tx, String organizationId) {
    return values(members.scanByIndex(tx, BY_ORGANIZATION, Scan.equal(organizationId)));
  }

  /** The accounts right below a root or unit. */
  List<MemberRecord> membersBelow(ReadTx tx, String organizationId, String parentId) {
    return values(members.scanByIndex(tx, BY_PARENT, Scan.equal(Key.of(organizationId, parentId))));
  }

  /** The units right below a root or unit. */
  List<UnitRecord> unitsBelow(ReadTx tx, String organizationId, String parentId) {
    return values(units.scanByIndex(tx, BY_PARENT, Scan.equal(Key.of(organizationId, parentId))));
  }

  /** The document of a policy of a type, AWS's or the organization's own; null without one. */
  @Nullable String content(ReadTx tx, String organizationId, String policyId, String type) {
    var aws = AwsPolicies.find(policyId);
    if (aws != null) {
      return aws.type().equals(type) ? aws.content() : null;
    }
    var policy = policies.get(tx, Key.of(organizationId, policyId));
    return policy == null || !policy.type().equals(type) ? null : policy.content();
  }

  /** Where a policy is attached. */
  List<AttachmentRecord> attachmentsOf(ReadTx tx, String organizationId, String policyId) {
    return values(
        attachments.scanByIndex(tx, BY_POLICY, Scan.equal(Key.of(organizationId, policyId))));
  }

  /** What is attached to a target. */
  List<AttachmentRecord> attachmentsTo(ReadTx tx, String organizationId, String targetId) {
    return values(attachments.scan(tx, Scan.prefix(Key.prefix(organizationId, targetId))));
  }

  /** The handshakes of an organization. */
  List<HandshakeRecord> handshakesOf(ReadTx tx, String organizationId) {
    return values(handshakes.scanByIndex(tx, BY_ORGANIZATION, Scan.equal(organizationId)));
  }

  /** The handshakes for an account. */
  List<HandshakeRecord> handshakesFor(ReadTx tx, String accountId) {
    return values(handshakes.scanByIndex(tx, BY_ACCOUNT, Scan.equal(accountId)));
  }

  /** Every row of a table whose key begins with that. */
  static <T> List<T> all(ReadTx tx, Table<T> table, String prefix) {
    var found = new ArrayList<T>();
    table.forEach(tx, Scan.prefix(prefix), row -> found.add(row.value()));
    return found;
  }

  private static <T> List<T> values(List<Entry<T>> rows) {
    return rows.stream().map(Entry::value).toList();
  }
}
