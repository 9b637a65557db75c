package dev.bulwark.storage.s3;

/** What S3 does by itself as time goes by. */
public final class S3Workers implements AutoCloseable {
  private final DailyWorker daily;
  private final AccessLogWorker accessLogs;

  S3Workers(DailyWorker daily, AccessLogWorker accessLogs) {
    this.daily = daily;
    this.accessLogs = accessLogs;
  }

  /** Begins to act. */
  public void start() {
    daily.start();
    accessLogs.start();
  }

  /** Does all that is due by now. */
  void run() {
    daily.run();
    accessLogs.run();
  }

  @Override
  public void close() {
    daily.close();
    accessLogs.close();
  }
}
