package dev.bulwark.storage.s3;

import java.util.ArrayList;
import java.util.List;

/**
 * An access control list: who owns a bucket or an object, and what is granted to whom.
 *
 * @param owner the account that owns it
 */
record Acl(String owner, List<Grant> grants) {

  /** What can be granted. */
  enum Permission {
    FULL_CONTROL,
    WRITE,
    WRITE_ACP,
    READ,
    READ_ACP
  }

  /**
   * A grant.
   *
   * @param grantee a canonical user id, or the URI of a group
   */
  record Grant(String grantee, Permission permission) {
    boolean toGroup() {
      return grantee.startsWith("http");
    }
  }

  Acl {
    grants = List.copyOf(grants);
  }

  /** What there is where nothing was said: all to the owner. */
  static Acl ofOwner(String account) {
    return new Acl(
        account, List.of(new Grant(CanonicalUsers.idOf(account), Permission.FULL_CONTROL)));
  }

  void write(RecordWriter out) {
    out.text(owner).number(grants.size());
    grants.forEach(grant -> out.text(grant.grantee()).number(grant.permission().ordinal()));
  }

  static Acl read(RecordReader in) {
    var owner = in.text();
    int count = in.integer();
    var grants = new ArrayList<Grant>(count);
    for (int i = 0; i < count; i++) {
      grants.add(new Grant(in.text(), Permission.values()[in.integer()]));
    }
    return new Acl(owner, grants);
  }
}
