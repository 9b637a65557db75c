package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.GetBucketAccelerateConfigurationOutput;
import dev.bulwark.api.s3.GetBucketAccelerateConfigurationRequest;
import dev.bulwark.api.s3.GetBucketRequestPaymentOutput;
import dev.bulwark.api.s3.GetBucketRequestPaymentRequest;
import dev.bulwark.api.s3.PutBucketAccelerateConfigurationRequest;
import dev.bulwark.api.s3.PutBucketRequestPaymentRequest;
import dev.bulwark.schema.Unit;
import dev.bulwark.service.Call;

/**
 * Who pays for requests, and whether they travel through AWS's edge. Nobody pays here and nothing
 * travels; but requesters of other accounts have to say that they would pay.
 */
final class BucketPayment {
  private static final String REQUESTER = "Requester";
  private static final String OWNER = "BucketOwner";

  private final Buckets buckets;

  BucketPayment(Buckets buckets) {
    this.buckets = buckets;
  }

  GetBucketRequestPaymentOutput get(GetBucketRequestPaymentRequest in, Call call) {
    boolean pays = buckets.require(in.bucket(), call).record().rules().requesterPays();
    return GetBucketRequestPaymentOutput.builder().payer(pays ? REQUESTER : OWNER).build();
  }

  Unit put(PutBucketRequestPaymentRequest in, Call call) {
    var wanted = in.requestPaymentConfiguration();
    if (wanted == null || !(REQUESTER.equals(wanted.payer()) || OWNER.equals(wanted.payer()))) {
      throw S3Errors.malformedXml();
    }
    boolean pays = wanted.payer().equals(REQUESTER);
    return buckets.change(
        in.bucket(), call, bucket -> bucket.withRules(bucket.rules().withRequesterPays(pays)));
  }

  GetBucketAccelerateConfigurationOutput get(
      GetBucketAccelerateConfigurationRequest in, Call call) {
    return GetBucketAccelerateConfigurationOutput.builder()
        .status(buckets.require(in.bucket(), call).record().rules().acceleration())
        .build();
  }

  Unit put(PutBucketAccelerateConfigurationRequest in, Call call) {
    var wanted = in.accelerateConfiguration();
    if (wanted == null
        || !("Enabled".equals(wanted.status()) || "Suspended".equals(wanted.status()))) {
      throw S3Errors.malformedXml();
    }
    if (in.bucket().indexOf('.') >= 0) {
      throw S3Errors.invalidRequest(
          "S3 Transfer Acceleration is not supported for buckets with periods (.) in their names");
    }
    return buckets.change(
        in.bucket(),
        call,
        bucket -> bucket.withRules(bucket.rules().withAcceleration(wanted.status())));
  }
}
