package dev.bulwark.storage.s3;

import dev.bulwark.api.s3control.DeletePublicAccessBlockRequest;
import dev.bulwark.api.s3control.GetPublicAccessBlockOutput;
import dev.bulwark.api.s3control.GetPublicAccessBlockRequest;
import dev.bulwark.api.s3control.NoSuchPublicAccessBlockConfiguration;
import dev.bulwark.api.s3control.PublicAccessBlockConfiguration;
import dev.bulwark.api.s3control.PutPublicAccessBlockRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;
import org.jspecify.annotations.Nullable;

/**
 * Block Public Access of whole accounts.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html">Blocking
 *     public access to your Amazon S3 storage</a>
 */
final class AccountPublicAccess {
  private static final String TYPE = "AWS::S3::AccountPublicAccessBlock";

  private final S3Tables tables;

  AccountPublicAccess(S3Tables tables) {
    this.tables = tables;
  }

  GetPublicAccessBlockOutput get(GetPublicAccessBlockRequest in, Call call) {
    AccessPoints.requireOwn(in.accountId(), call);
    var block = tables.accountBlocks.get(in.accountId());
    if (block == null) {
      throw new NoSuchPublicAccessBlockConfiguration(
          "The public access block configuration was not found");
    }
    return GetPublicAccessBlockOutput.builder()
        .publicAccessBlockConfiguration(
            PublicAccessBlockConfiguration.builder()
                .blockPublicAcls(block.blockPublicAcls())
                .ignorePublicAcls(block.ignorePublicAcls())
                .blockPublicPolicy(block.blockPublicPolicy())
                .restrictPublicBuckets(block.restrictPublicBuckets())
                .build())
        .build();
  }

  Unit put(PutPublicAccessBlockRequest in, Call call) {
    AccessPoints.requireOwn(in.accountId(), call);
    var wanted = in.publicAccessBlockConfiguration();
    if (wanted == null) {
      throw S3Errors.malformedXml();
    }
    return change(
        call,
        new BucketRecord.PublicAccessBlock(
            Boolean.TRUE.equals(wanted.blockPublicAcls()),
            Boolean.TRUE.equals(wanted.ignorePublicAcls()),
            Boolean.TRUE.equals(wanted.blockPublicPolicy()),
            Boolean.TRUE.equals(wanted.restrictPublicBuckets())));
  }

  Unit delete(DeletePublicAccessBlockRequest in, Call call) {
    AccessPoints.requireOwn(in.accountId(), call);
    return change(call, null);
  }

  private Unit change(Call call, BucketRecord.@Nullable PublicAccessBlock after) {
    var account = call.accountId();
    return call.write(
        tx -> {
          var before = tables.accountBlocks.get(tx, account);
          if (after == null) {
            tables.accountBlocks.delete(tx, account);
          } else {
            tables.accountBlocks.put(tx, account, after);
          }
          call.changed(tx, TYPE, account, account, before, after);
          return Unit.UNIT;
        });
  }
}
