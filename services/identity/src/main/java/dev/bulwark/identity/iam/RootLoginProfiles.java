package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.api.iam.CreateLoginProfileRequest;
import dev.bulwark.api.iam.LoginProfile;
import dev.bulwark.base.Randomness;
import dev.bulwark.identity.iam.CredentialTables.RootUserRecord;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.WriteTx;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The password of an account's root user, as a session of AssumeRoot sees it: whether there is one,
 * that there be none, and that there may be one again. Nobody sets it that way: whoever reads the
 * root user's mail chooses it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user-privileged-task.html">Perform
 *     a privileged task</a>
 */
final class RootLoginProfiles {
  private final CredentialTables tables;
  private final Passwords passwords;

  RootLoginProfiles(CredentialTables tables, Passwords passwords) {
    this.tables = tables;
    this.passwords = passwords;
  }

  /**
   * Whether an operation is about the root user: a session of AssumeRoot names no user.
   *
   * @throws dev.bulwark.schema.ApiException ValidationError where the root user itself names none
   */
  static boolean concerns(Call call, @Nullable String userName) {
    if (userName != null || !(call.principal() instanceof Principal.AccountRoot root)) {
      return false;
    }
    if (!root.assumed()) {
      throw IamErrors.mustSpecifyUserName();
    }
    return true;
  }

  /** A password that nobody knows, ready to be reset. */
  LoginProfile create(CreateLoginProfileRequest input, Call call) {
    if (input.password() != null) {
      throw CredentialErrors.passwordOfRoot();
    }
    var unknown = passwords.hash(Base64.getEncoder().encodeToString(Randomness.bytes(32)));
    var record = new RootUserRecord(call.accountId(), unknown, Times.of(call), null);
    return call.write(
        tx -> {
          if (tables.rootUsers().contains(tx, call.accountId())) {
            throw CredentialErrors.rootLoginProfileExists(call.accountId());
          }
          tables.rootUsers().insert(tx, call.accountId(), record);
          return view(record);
        });
  }

  LoginProfile get(ReadTx tx, Call call) {
    var record = tables.rootUsers().get(tx, call.accountId());
    if (record == null) {
      throw CredentialErrors.noRootLoginProfile(call.accountId());
    }
    return view(record);
  }

  void delete(WriteTx tx, Call call) {
    get(tx, call);
    tables.rootUsers().delete(tx, call.accountId());
  }

  private static LoginProfile view(RootUserRecord record) {
    return LoginProfile.builder().createDate(record.changed()).build();
  }
}
