package dev.bulwark.storage.s3;

import dev.bulwark.access.Principal;
import dev.bulwark.service.AnswerObserver;
import dev.bulwark.service.Call;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;

/**
 * Requests to Requester Pays buckets: requesters of other accounts have to say that they pay, and
 * are told that they were charged. Nobody is, here.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ObjectsinRequesterPaysBuckets.html">Downloading
 *     objects from Requester Pays buckets</a>
 */
final class RequestCharges implements AnswerObserver {
  private static final String PAYER = "x-amz-request-payer";
  private static final String REQUESTER = "requester";
  private static final int REFUSED = 300;

  private final Buckets buckets;
  private final AnswerObserver next;

  /**
   * What tells of charges.
   *
   * @param next learns of the request after it
   */
  RequestCharges(Buckets buckets, AnswerObserver next) {
    this.buckets = buckets;
    this.next = next;
  }

  /** Whether a requester has to be refused, who does not say that it pays, or cannot. */
  static boolean refuses(LoadedBucket bucket, Call call) {
    return bucket.record().rules().requesterPays()
        && !bucket.accountId().equals(call.principal().accountId())
        && (call.principal() instanceof Principal.Anonymous || !pays(call.http()));
  }

  /** Whether a request says that its requester pays: in a header, or in a presigned query. */
  private static boolean pays(HttpRequest request) {
    return REQUESTER.equals(request.headers().first(PAYER))
        || request.rawQuery().contains(PAYER + '=' + REQUESTER);
  }

  @Override
  public HttpResponse answered(Served served, HttpResponse answer) {
    var label = served.labels().get("Bucket");
    var point = label == null ? null : buckets.pointOf(label);
    var name = point == null ? label : point.bucket();
    if (name != null
        && answer.status() < REFUSED
        && served.caller() != null
        && pays(served.request())
        && buckets.exists(name)) {
      var bucket = buckets.find(name, null);
      if (bucket.record().rules().requesterPays()
          && !bucket.accountId().equals(served.caller().principal().accountId())) {
        answer.headers().set("x-amz-request-charged", REQUESTER);
      }
    }
    return next.answered(served, answer);
  }
}
