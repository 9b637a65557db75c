package dev.bulwark.cloudhsm.jca;

import dev.bulwark.cloudhsm.protocol.Status;
import java.security.ProviderException;

/** What the cluster refused, or why it could not be asked. */
public final class CloudHsmException extends ProviderException {
  private static final long serialVersionUID = 1L;

  private final Status status;

  CloudHsmException(Status status, String message) {
    super(message);
    this.status = status;
  }

  CloudHsmException(String message, Exception cause) {
    super(message, cause);
    this.status = Status.UNAVAILABLE;
  }

  /** The cluster's word; {@link Status#UNAVAILABLE} where there was no connection. */
  public Status status() {
    return status;
  }
}
