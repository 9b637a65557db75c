package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.api.iam.ChangePasswordRequest;
import dev.bulwark.api.iam.CreateLoginProfileRequest;
import dev.bulwark.api.iam.CreateLoginProfileResponse;
import dev.bulwark.api.iam.DeleteLoginProfileRequest;
import dev.bulwark.api.iam.GetLoginProfileRequest;
import dev.bulwark.api.iam.GetLoginProfileResponse;
import dev.bulwark.api.iam.LoginProfile;
import dev.bulwark.api.iam.UpdateLoginProfileRequest;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyKind;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.service.Permission;
import dev.bulwark.state.ReadTx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passwords of users. A password is hashed before the transaction that stores it, since hashing is
 * slow on purpose.
 */
final class LoginProfiles {
  /** The most earlier passwords that a password policy can ask to be remembered. */
  private static final int REMEMBERED = 24;

  private static final CompiledPolicies COMPILED = new CompiledPolicies();

  private final IamTables tables;
  private final PasswordPolicies policies;
  private final IamTargets targets;
  private final Passwords passwords;
  private final RootLoginProfiles ofRoot;
  private final Attempts attempts = new Attempts(5, Duration.ofSeconds(5), Duration.ofMinutes(15));

  LoginProfiles(
      IamTables tables,
      PasswordPolicies policies,
      IamTargets targets,
      Passwords passwords,
      RootLoginProfiles ofRoot) {
    this.tables = tables;
    this.policies = policies;
    this.targets = targets;
    this.passwords = passwords;
    this.ofRoot = ofRoot;
  }

  CreateLoginProfileResponse create(CreateLoginProfileRequest input, Call call) {
    if (RootLoginProfiles.concerns(call, input.userName())) {
      return new CreateLoginProfileResponse(ofRoot.create(input, call));
    }
    var userName = userName(call, input.userName());
    var password = input.password();
    if (password == null) {
      throw CredentialErrors.noPassword();
    }
    policies.check(call.accountId(), password);
    var hash = passwords.hash(password);
    return call.write(
        tx -> {
          var user = tables.requireUser(tx, call.accountId(), userName);
          if (tables.loginProfiles().contains(tx, user.id())) {
            throw IamErrors.loginProfileExists(user.name());
          }
          var profile =
              new LoginProfileRecord(
                  user.accountId(),
                  user.id(),
                  Times.of(call),
                  Boolean.TRUE.equals(input.passwordResetRequired()),
                  hash,
                  List.of(),
                  Times.of(call));
          tables.loginProfiles().insert(tx, user.id(), profile);
          return new CreateLoginProfileResponse(view(user, profile));
        });
  }

  /** The user that an operation names, or who calls. */
  private static String userName(Call call, @Nullable String named) {
    var userName = Callers.userName(call, named);
    if (userName == null) {
      throw IamErrors.mustSpecifyUserName();
    }
    return userName;
  }

  GetLoginProfileResponse get(GetLoginProfileRequest input, Call call) {
    if (RootLoginProfiles.concerns(call, input.userName())) {
      return new GetLoginProfileResponse(tables.store().read(tx -> ofRoot.get(tx, call)));
    }
    var userName = userName(call, input.userName());
    return tables
        .store()
        .read(
            tx -> {
              var user = tables.requireUser(tx, call.accountId(), userName);
              return new GetLoginProfileResponse(view(user, require(tx, user)));
            });
  }

  Unit update(UpdateLoginProfileRequest input, Call call) {
    var password = input.password();
    var before =
        tables
            .store()
            .read(tx -> require(tx, tables.requireUser(tx, call.accountId(), input.userName())));
    var after =
        password == null ? before : withPassword(call, before, password, before.resetRequired());
    var reset = input.passwordResetRequired();
    store(call, before, reset == null ? after : withReset(after, reset));
    return Unit.UNIT;
  }

  Unit delete(DeleteLoginProfileRequest input, Call call) {
    if (RootLoginProfiles.concerns(call, input.userName())) {
      return call.write(
          tx -> {
            ofRoot.delete(tx, call);
            return Unit.UNIT;
          });
    }
    var userName = userName(call, input.userName());
    return call.write(
        tx -> {
          var user = tables.requireUser(tx, call.accountId(), userName);
          require(tx, user);
          tables.loginProfiles().delete(tx, user.id());
          return Unit.UNIT;
        });
  }

  /**
   * A user may change the own password where the password policy lets users do so, or where a
   * policy allows it. The password policy is one more grant, like that of a resource's policy: an
   * explicit deny stands above it.
   */
  List<Permission> changeOwn(ChangePasswordRequest input, Call call) {
    if (!(call.principal() instanceof Principal.IamUser user)) {
      throw IamErrors.notAUser();
    }
    var asked = targets.user("iam:ChangePassword", call, user.userName());
    var rules = policies.rules(call.accountId());
    if (rules == null || !rules.usersMayChange()) {
      return asked;
    }
    return asked.stream()
        .map(
            permission ->
                new Permission(
                    permission.action(),
                    permission.resource().withPolicy(mayChangeOwn(user.userId())),
                    permission.keys()))
        .toList();
  }

  private static Policy mayChangeOwn(String userId) {
    return COMPILED.compile(
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},\
        "Action":"iam:ChangePassword","Resource":"*"}]}"""
            .formatted(userId),
        PolicyKind.RESOURCE);
  }

  Unit change(ChangePasswordRequest input, Call call) {
    var userId = call.principal().userId();
    if (!attempts.begin(userId, call.time())) {
      throw CredentialErrors.tooManyAttempts();
    }
    var before = tables.loginProfiles().get(userId);
    if (before == null || !Passwords.matches(input.oldPassword(), before.password())) {
      throw IamErrors.wrongOldPassword();
    }
    attempts.succeeded(userId);
    store(call, before, withPassword(call, before, input.newPassword(), false));
    return Unit.UNIT;
  }

  private LoginProfileRecord withPassword(
      Call call, LoginProfileRecord profile, String password, boolean resetRequired) {
    policies.check(call.accountId(), password);
    var earlier = new ArrayList<String>();
    earlier.add(profile.password());
    earlier.addAll(profile.earlier());
    policies.checkReuse(call.accountId(), password, earlier);
    return new LoginProfileRecord(
        profile.accountId(),
        profile.userId(),
        profile.created(),
        resetRequired,
        passwords.hash(password),
        earlier.subList(0, Math.min(REMEMBERED, earlier.size())),
        Times.of(call));
  }

  private static LoginProfileRecord withReset(LoginProfileRecord profile, boolean required) {
    return new LoginProfileRecord(
        profile.accountId(),
        profile.userId(),
        profile.created(),
        required,
        profile.password(),
        profile.earlier(),
        profile.changed());
  }

  /** Stores a profile that nobody has changed meanwhile. */
  private void store(Call call, LoginProfileRecord before, LoginProfileRecord after) {
    call.write(
        tx -> {
          if (!before.equals(tables.loginProfiles().get(tx, before.userId()))) {
            throw IamErrors.passwordChangedMeanwhile();
          }
          tables.loginProfiles().put(tx, after.userId(), after);
          return Unit.UNIT;
        });
  }

  private LoginProfileRecord require(ReadTx tx, UserRecord user) {
    var profile = tables.loginProfiles().get(tx, user.id());
    if (profile == null) {
      throw IamErrors.noLoginProfile(user.name());
    }
    return profile;
  }

  private static LoginProfile view(UserRecord user, LoginProfileRecord profile) {
    return LoginProfile.builder()
        .userName(user.name())
        .createDate(profile.created())
        .passwordResetRequired(profile.resetRequired())
        .build();
  }
}
