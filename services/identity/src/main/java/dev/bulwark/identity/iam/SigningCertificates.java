package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.DeleteSigningCertificateRequest;
import dev.bulwark.api.iam.ListSigningCertificatesRequest;
import dev.bulwark.api.iam.ListSigningCertificatesResponse;
import dev.bulwark.api.iam.SigningCertificate;
import dev.bulwark.api.iam.StatusType;
import dev.bulwark.api.iam.UpdateSigningCertificateRequest;
import dev.bulwark.api.iam.UploadSigningCertificateRequest;
import dev.bulwark.api.iam.UploadSigningCertificateResponse;
import dev.bulwark.base.Randomness;
import dev.bulwark.identity.iam.CredentialTables.SigningCertificateRecord;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Scan;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** X.509 signing certificates of users and of the root user. */
final class SigningCertificates {
  static final int PER_USER = 2;

  private final IamTables iam;
  private final CredentialTables tables;

  SigningCertificates(IamTables iam, CredentialTables tables) {
    this.iam = iam;
    this.tables = tables;
  }

  UploadSigningCertificateResponse upload(UploadSigningCertificateRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    var certificate = Certificates.one(in.certificateBody());
    Certificates.checkValidity(certificate, call.time(), CredentialErrors::invalidCertificate);
    var fingerprint = fingerprint(certificate);
    // 32 characters of base32, as AWS's ids have.
    var id = Base32.encode(Randomness.bytes(20));
    return call.write(
        tx -> {
          var owner = Owner.of(iam, tx, call, named);
          if (isKnown(tx, call.accountId(), fingerprint)) {
            throw CredentialErrors.duplicateCertificate();
          }
          if (CredentialTables.ofUser(tables.signingCertificates(), tx, owner.userId()).size()
              >= PER_USER) {
            throw IamErrors.quotaExceeded("SigningCertificatesPerUser", PER_USER);
          }
          var record =
              new SigningCertificateRecord(
                  call.accountId(),
                  owner.userId(),
                  id,
                  in.certificateBody(),
                  fingerprint,
                  true,
                  Times.of(call));
          tables.signingCertificates().insert(tx, id, record);
          return UploadSigningCertificateResponse.builder()
              .certificate(view(owner, record))
              .build();
        });
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isKnown(ReadTx tx, String accountId, String fingerprint) {
    return tables
        .signingCertificates()
        .scanByIndex(tx, CredentialTables.BY_FINGERPRINT, Scan.equal(fingerprint))
        .stream()
        .anyMatch(row -> row.value().accountId().equals(accountId));
  }

  ListSigningCertificatesResponse list(ListSigningCertificatesRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    return tables
        .store()
        .read(
            tx -> {
              var owner = Owner.of(iam, tx, call, named);
              var page =
                  Pages.of(
                      CredentialTables.ofUser(tables.signingCertificates(), tx, owner.userId()),
                      SigningCertificateRecord::id,
                      in.maxItems(),
                      in.marker());
              return ListSigningCertificatesResponse.builder()
                  .certificates(page.map(record -> view(owner, record)))
                  .isTruncated(page.truncated())
                  .marker(page.marker())
                  .build();
            });
  }

  private static SigningCertificate view(Owner owner, SigningCertificateRecord record) {
    return SigningCertificate.builder()
        .userName(owner.userName())
        .certificateId(record.id())
        .certificateBody(record.body())
        .status((record.active() ? StatusType.ACTIVE : StatusType.INACTIVE).value())
        .uploadDate(record.uploaded())
        .build();
  }

  Unit update(UpdateSigningCertificateRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    var active = in.status().equals(StatusType.ACTIVE.value());
    return call.write(
        tx -> {
          var record = require(tx, Owner.of(iam, tx, call, named), in.certificateId());
          tables.signingCertificates().put(tx, record.id(), record.withActive(active));
          return Unit.UNIT;
        });
  }

  Unit delete(DeleteSigningCertificateRequest in, Call call) {
    var named = Callers.userName(call, in.userName());
    return call.write(
        tx -> {
          var record = require(tx, Owner.of(iam, tx, call, named), in.certificateId());
          tables.signingCertificates().delete(tx, record.id());
          return Unit.UNIT;
        });
  }

  private SigningCertificateRecord require(ReadTx tx, Owner owner, String id) {
    var found = CredentialTables.find(tables.signingCertificates(), tx, owner.userId(), id);
    if (found == null) {
      throw CredentialErrors.noSigningCertificate(id);
    }
    return found;
  }
}
