package dev.bulwark.storage.s3;

import dev.bulwark.schema.ApiException;
import java.time.Instant;

/** Does what the lifecycle rules of all buckets say. */
final class LifecycleJob implements DailyWorker.Job {
  private static final System.Logger LOG = System.getLogger(LifecycleJob.class.getName());

  private final ConfiguredBuckets buckets;
  private final LifecycleRun run;

  LifecycleJob(ConfiguredBuckets buckets, LifecycleRun run) {
    this.buckets = buckets;
    this.run = run;
  }

  @Override
  public void run(Instant now) {
    DailyWorker.each(buckets.with(LifecyclePolicy.KIND), bucket -> run(bucket, now));
  }

  private void run(String bucket, Instant now) {
    try {
      run.run(bucket, now);
    } catch (ApiException e) {
      LOG.log(System.Logger.Level.DEBUG, () -> "bucket " + bucket + " went while it was gone over");
    }
  }
}
