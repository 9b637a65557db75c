package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.DeleteServerCertificateRequest;
import dev.bulwark.api.iam.GetServerCertificateRequest;
import dev.bulwark.api.iam.GetServerCertificateResponse;
import dev.bulwark.api.iam.ListServerCertificateTagsRequest;
import dev.bulwark.api.iam.ListServerCertificateTagsResponse;
import dev.bulwark.api.iam.ListServerCertificatesRequest;
import dev.bulwark.api.iam.ListServerCertificatesResponse;
import dev.bulwark.api.iam.ServerCertificate;
import dev.bulwark.api.iam.ServerCertificateMetadata;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.iam.TagServerCertificateRequest;
import dev.bulwark.api.iam.UntagServerCertificateRequest;
import dev.bulwark.api.iam.UpdateServerCertificateRequest;
import dev.bulwark.api.iam.UploadServerCertificateRequest;
import dev.bulwark.api.iam.UploadServerCertificateResponse;
import dev.bulwark.base.Ids;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import dev.bulwark.state.Key;
import dev.bulwark.state.ReadTx;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.WriteTx;
import java.util.Base64;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Certificates with private keys, for services that serve TLS. The key is never shown again. */
final class ServerCertificates {
  static final int PER_ACCOUNT = 20;
  private static final String PURPOSE = "iam/server-certificate-key";

  private final CredentialTables tables;
  private final IamQuotas quotas;
  private final Sealer sealer;

  ServerCertificates(CredentialTables tables, IamQuotas quotas, Sealer sealer) {
    this.tables = tables;
    this.quotas = quotas;
    this.sealer = sealer;
  }

  UploadServerCertificateResponse upload(UploadServerCertificateRequest in, Call call) {
    var certificate = Certificates.one(in.certificateBody());
    Certificates.checkKey(certificate, in.privateKey());
    if (in.certificateChain() != null) {
      Certificates.checkChain(certificate, Certificates.all(in.certificateChain()));
    }
    Certificates.checkValidity(certificate, call.time(), CredentialErrors::malformedCertificate);
    var id = Ids.unique(Ids.Kind.ASCA);
    var record =
        new ServerCertificateRecord(
            call.accountId(),
            in.serverCertificateName(),
            in.path() == null ? "/" : in.path(),
            id,
            // AWS answers both without white space around; Terraform relies on that.
            in.certificateBody().strip(),
            in.certificateChain() == null ? null : in.certificateChain().strip(),
            Base64.getEncoder().encodeToString(sealer.sealText(PURPOSE, in.privateKey(), id)),
            Times.of(call),
            certificate.getNotAfter().toInstant(),
            TagSets.read(in.tags(), quotas.tags()));
    call.concerns(ServerCertificateRecord.TYPE, record.arn());
    return call.write(
        tx -> {
          var key = key(record);
          if (tables.serverCertificates().contains(tx, key)) {
            throw CredentialErrors.serverCertificateExists(record.name());
          }
          if (tables.serverCertificates().count(tx, Key.prefix(call.accountId())) >= PER_ACCOUNT) {
            throw IamErrors.quotaExceeded("ServerCertificatesPerAccount", PER_ACCOUNT);
          }
          tables.serverCertificates().insert(tx, key, record);
          tell(call, tx, null, record);
          return UploadServerCertificateResponse.builder()
              .serverCertificateMetadata(metadata(record))
              .tags(TagSets.writeOrNull(record.tags()))
              .build();
        });
  }

  private static String key(ServerCertificateRecord record) {
    return IamTables.key(record.accountId(), record.name());
  }

  private static ServerCertificateMetadata metadata(ServerCertificateRecord record) {
    return ServerCertificateMetadata.builder()
        .path(record.path())
        .serverCertificateName(record.name())
        .serverCertificateId(record.id())
        .arn(record.arn())
        .uploadDate(record.uploaded())
        .expiration(record.expires())
        .build();
  }

  GetServerCertificateResponse get(GetServerCertificateRequest in, Call call) {
    var record = tables.store().read(tx -> require(tx, call, in.serverCertificateName()));
    return GetServerCertificateResponse.builder()
        .serverCertificate(
            ServerCertificate.builder()
                .serverCertificateMetadata(metadata(record))
                .certificateBody(record.body())
                .certificateChain(record.chain())
                .tags(TagSets.writeOrNull(record.tags()))
                .build())
        .build();
  }

  ListServerCertificatesResponse list(ListServerCertificatesRequest in, Call call) {
    var prefix = in.pathPrefix() == null ? "/" : in.pathPrefix();
    var page =
        tables
            .store()
            .read(
                tx ->
                    Pages.scan(
                        tx,
                        tables.serverCertificates(),
                        Key.prefix(call.accountId()),
                        record -> record.path().startsWith(prefix),
                        in.maxItems(),
                        in.marker()));
    return ListServerCertificatesResponse.builder()
        .serverCertificateMetadataList(page.map(ServerCertificates::metadata))
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  Unit update(UpdateServerCertificateRequest in, Call call) {
    return call.write(
        tx -> {
          var before = require(tx, call, in.serverCertificateName());
          var after =
              before.renamed(
                  in.newServerCertificateName() == null
                      ? before.name()
                      : in.newServerCertificateName(),
                  in.newPath() == null ? before.path() : in.newPath());
          if (!key(after).equals(key(before))) {
            if (tables.serverCertificates().contains(tx, key(after))) {
              throw CredentialErrors.serverCertificateExists(after.name());
            }
            tables.serverCertificates().delete(tx, key(before));
          }
          store(call, tx, before, after);
          return Unit.UNIT;
        });
  }

  Unit delete(DeleteServerCertificateRequest in, Call call) {
    return call.write(
        tx -> {
          var record = require(tx, call, in.serverCertificateName());
          tables.serverCertificates().delete(tx, key(record));
          tell(call, tx, record, null);
          return Unit.UNIT;
        });
  }

  Unit tag(TagServerCertificateRequest in, Call call) {
    return change(
        call,
        in.serverCertificateName(),
        record -> record.withTags(TagSets.merge(record.tags(), in.tags(), quotas.tags())));
  }

  Unit untag(UntagServerCertificateRequest in, Call call) {
    return change(
        call,
        in.serverCertificateName(),
        record -> record.withTags(TagSets.without(record.tags(), in.tagKeys())));
  }

  ListServerCertificateTagsResponse listTags(ListServerCertificateTagsRequest in, Call call) {
    var record = tables.store().read(tx -> require(tx, call, in.serverCertificateName()));
    var page = Pages.of(TagSets.write(record.tags()), Tag::key, in.maxItems(), in.marker());
    return ListServerCertificateTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.marker())
        .build();
  }

  private Unit change(Call call, String name, UnaryOperator<ServerCertificateRecord> change) {
    return call.write(
        tx -> {
          var before = require(tx, call, name);
          store(call, tx, before, change.apply(before));
          return Unit.UNIT;
        });
  }

  private void store(
      Call call, WriteTx tx, ServerCertificateRecord before, ServerCertificateRecord after) {
    tables.serverCertificates().put(tx, key(after), after);
    tell(call, tx, before, after);
  }

  private ServerCertificateRecord require(ReadTx tx, Call call, String name) {
    var found = tables.serverCertificates().get(tx, IamTables.key(call.accountId(), name));
    if (found == null) {
      throw CredentialErrors.noServerCertificate(name);
    }
    return found;
  }

  private static void tell(
      Call call,
      WriteTx tx,
      @Nullable ServerCertificateRecord before,
      @Nullable ServerCertificateRecord after) {
    var record = after == null ? before : after;
    if (record != null) {
      call.changed(
          tx,
          ServerCertificateRecord.TYPE,
          record.id(),
          record.arn(),
          before == null ? null : before.withoutKey(),
          after == null ? null : after.withoutKey());
    }
  }
}
