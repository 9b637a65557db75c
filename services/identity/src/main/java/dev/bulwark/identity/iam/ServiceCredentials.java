package dev.bulwark.identity.iam;

import dev.bulwark.access.Principal;
import dev.bulwark.api.iam.CreateServiceSpecificCredentialRequest;
import dev.bulwark.api.iam.CreateServiceSpecificCredentialResponse;
import dev.bulwark.api.iam.DeleteServiceSpecificCredentialRequest;
import dev.bulwark.api.iam.ListServiceSpecificCredentialsRequest;
import dev.bulwark.api.iam.ListServiceSpecificCredentialsResponse;
import dev.bulwark.api.iam.ResetServiceSpecificCredentialRequest;
import dev.bulwark.api.iam.ResetServiceSpecificCredentialResponse;
import dev.bulwark.api.iam.ServiceSpecificCredential;
import dev.bulwark.api.iam.ServiceSpecificCredentialMetadata;
import dev.bulwark.api.iam.StatusType;
import dev.bulwark.api.iam.UpdateServiceSpecificCredentialRequest;
import dev.bulwark.base.Ids;
import dev.bulwark.base.Randomness;
import dev.bulwark.identity.iam.CredentialTables.ServiceCredentialRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Entry;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** User names and passwords of users for single services. */
public final class ServiceCredentials implements ServiceCredentialCheck {
  private static final int PER_SERVICE = 2;
  private static final List<String> SERVICES =
      List.of("codecommit.amazonaws.com", "cassandra.amazonaws.com");

  private static final Function<ServiceSpecificCredentialMetadata, String> POSITION =
      shown -> shown.userName() + "/" + shown.serviceSpecificCredentialId();

  private final IamTables iam;
  private final CredentialTables tables;

  ServiceCredentials(IamTables iam, CredentialTables tables) {
    this.iam = iam;
    this.tables = tables;
  }

  /** The password is shown in this answer, and never again. */
  CreateServiceSpecificCredentialResponse create(
      CreateServiceSpecificCredentialRequest in, Call call) {
    requireSupported(in.serviceName());
    if (in.credentialAgeDays() != null) {
      throw CredentialErrors.neverExpires(in.serviceName());
    }
    var id = Ids.unique(Ids.Kind.ACCA);
    var password = newPassword();
    return call.write(
        tx -> {
          var user = iam.requireUser(tx, call.accountId(), in.userName());
          var others = ofService(tx, user.id(), in.serviceName());
          if (others.size() >= PER_SERVICE) {
            throw IamErrors.quotaExceeded("ServiceSpecificCredentialsPerUser", PER_SERVICE);
          }
          var record =
              new ServiceCredentialRecord(
                  call.accountId(),
                  user.id(),
                  id,
                  in.serviceName(),
                  serviceUserName(user, others),
                  hash(id, password),
                  true,
                  Times.of(call));
          tables.serviceCredentials().insert(tx, id, record);
          return CreateServiceSpecificCredentialResponse.builder()
              .serviceSpecificCredential(view(user.name(), record, password))
              .build();
        });
  }

  private static void requireSupported(String service) {
    if (!SERVICES.contains(service)) {
      throw CredentialErrors.serviceNotSupported(service);
    }
  }

  private List<ServiceCredentialRecord> ofService(ReadTx tx, String userId, String service) {
    return CredentialTables.ofUser(tables.serviceCredentials(), tx, userId).stream()
        .filter(record -> record.service().equals(service))
        .toList();
  }

  /** {@code bob-at-123456789012}, and {@code bob+1-at-123456789012} beside that. */
  private static String serviceUserName(UserRecord user, List<ServiceCredentialRecord> others) {
    var first = user.name() + "-at-" + user.accountId();
    return others.stream().anyMatch(other -> other.serviceUserName().equals(first))
        ? user.name() + "+1-at-" + user.accountId()
        : first;
  }

  private static String newPassword() {
    return Base64.getEncoder().encodeToString(Randomness.bytes(32));
  }

  /** The passwords are 256 random bits, so that a fast hash is as good as a slow one. */
  private static String hash(String id, String password) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      digest.update(id.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder()
          .encodeToString(digest.digest(password.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ServiceSpecificCredential view(
      @Nullable String userName, ServiceCredentialRecord record, String password) {
    return ServiceSpecificCredential.builder()
        .createDate(record.created())
        .serviceName(record.service())
        .serviceUserName(record.serviceUserName())
        .servicePassword(password)
        .serviceSpecificCredentialId(record.id())
        .userName(userName)
        .status(status(record))
        .build();
  }

  private static String status(ServiceCredentialRecord record) {
    return (record.active() ? StatusType.ACTIVE : StatusType.INACTIVE).value();
  }

  ListServiceSpecificCredentialsResponse list(ListServiceSpecificCredentialsRequest in, Call call) {
    boolean ofAll = Boolean.TRUE.equals(in.allUsers());
    if (ofAll && in.userName() != null) {
      throw CredentialErrors.allUsersAndOne();
    }
    var named = ofAll ? null : Callers.userName(call, in.userName());
    if (in.serviceName() != null) {
      requireSupported(in.serviceName());
    }
    return tables
        .store()
        .read(
            tx -> {
              var shown =
                  ofAll
                      ? owners(tx, call.accountId()).stream()
                          .flatMap(owner -> shown(tx, owner, in.serviceName()))
                          .toList()
                      : shown(tx, Owner.of(iam, tx, call, named), in.serviceName()).toList();
              var page =
                  Pages.of(
                      shown.stream().sorted(Comparator.comparing(POSITION)).toList(),
                      POSITION,
                      in.maxItems(),
                      in.marker());
              return ListServiceSpecificCredentialsResponse.builder()
                  .serviceSpecificCredentials(page.items())
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  private List<Owner> owners(ReadTx tx, String accountId) {
    var owners = new ArrayList<Owner>();
    iam.users()
        .forEach(
            tx,
            Scan.prefix(Key.prefix(accountId)),
            row -> owners.add(new Owner(row.value().name(), row.value().id())));
    return owners;
  }

  private Stream<ServiceSpecificCredentialMetadata> shown(
      ReadTx tx, Owner owner, @Nullable String service) {
    return CredentialTables.ofUser(tables.serviceCredentials(), tx, owner.userId()).stream()
        .filter(record -> service == null || service.equals(record.service()))
        .map(record -> metadata(owner, record));
  }

  private static ServiceSpecificCredentialMetadata metadata(
      Owner owner, ServiceCredentialRecord record) {
    return ServiceSpecificCredentialMetadata.builder()
        .userName(owner.userName())
        .status(status(record))
        .serviceUserName(record.serviceUserName())
        .createDate(record.created())
        .serviceSpecificCredentialId(record.id())
        .serviceName(record.service())
        .build();
  }

  Unit update(UpdateServiceSpecificCredentialRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    var active = in.status().equals(StatusType.ACTIVE.value());
    return call.write(
        tx -> {
          var owner = Owner.of(iam, tx, call, named);
          var record = require(tx, owner, in.serviceSpecificCredentialId());
          tables.serviceCredentials().put(tx, record.id(), record.withActive(active));
          return Unit.UNIT;
        });
  }

  ResetServiceSpecificCredentialResponse reset(
      ResetServiceSpecificCredentialRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    var password = newPassword();
    return call.write(
        tx -> {
          var owner = Owner.of(iam, tx, call, named);
          var before = require(tx, owner, in.serviceSpecificCredentialId());
          var after = before.withPassword(hash(before.id(), password));
          tables.serviceCredentials().put(tx, after.id(), after);
          return ResetServiceSpecificCredentialResponse.builder()
              .serviceSpecificCredential(view(owner.userName(), after, password))
              .build();
        });
  }

  Unit delete(DeleteServiceSpecificCredentialRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    return call.write(
        tx -> {
          var owner = Owner.of(iam, tx, call, named);
          var record = require(tx, owner, in.serviceSpecificCredentialId());
          tables.serviceCredentials().delete(tx, record.id());
          return Unit.UNIT;
        });
  }

  private ServiceCredentialRecord require(ReadTx tx, Owner owner, String id) {
    var found = CredentialTables.find(tables.serviceCredentials(), tx, owner.userId(), id);
    if (found == null) {
      throw CredentialErrors.noServiceCredential(id);
    }
    return found;
  }

  @Override
  public Optional<Principal.IamUser> verify(
      String service, String serviceUserName, String password) {
    return tables
        .store()
        .read(
            tx ->
                tables
                    .serviceCredentials()
                    .scanByIndex(tx, CredentialTables.BY_SERVICE_USER, Scan.equal(serviceUserName))
                    .stream()
                    .map(Entry::value)
                    .filter(record -> record.active() && record.service().equals(service))
                    .filter(record -> isPassword(record, password))
                    .findFirst()
                    .flatMap(record -> iam.userById(tx, record.userId()))
                    .map(UserRecord::principal));
  }

  private static boolean isPassword(ServiceCredentialRecord record, String password) {
    return MessageDigest.isEqual(
        hash(record.id(), password).getBytes(StandardCharsets.US_ASCII),
        record.password().getBytes(StandardCharsets.US_ASCII));
  }
}
