package dev.bulwark.encryption.kms;

/** KMS could not log in to a cluster. */
final class ClusterLoginException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String connectionErrorCode;
  private final boolean refused;

  /**
   * As the API tells it.
   *
   * @param refused whether the user or the password is wrong, so that to try again does harm
   */
  ClusterLoginException(String connectionErrorCode, boolean refused, Throwable cause) {
    super(connectionErrorCode, cause);
    this.connectionErrorCode = connectionErrorCode;
    this.refused = refused;
  }

  ClusterLoginException(String connectionErrorCode) {
    super(connectionErrorCode);
    this.connectionErrorCode = connectionErrorCode;
    this.refused = true;
  }

  String connectionErrorCode() {
    return connectionErrorCode;
  }

  boolean isRefused() {
    return refused;
  }
}
