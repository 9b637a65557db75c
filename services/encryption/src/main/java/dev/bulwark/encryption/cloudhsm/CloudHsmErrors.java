package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.api.cloudhsmv2.CloudHsmAccessDeniedException;
import dev.bulwark.api.cloudhsmv2.CloudHsmInternalFailureException;
import dev.bulwark.api.cloudhsmv2.CloudHsmInvalidRequestException;
import dev.bulwark.api.cloudhsmv2.CloudHsmResourceNotFoundException;
import dev.bulwark.api.cloudhsmv2.CloudHsmTagException;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.schema.ApiException;

/** CloudHSM's errors. AWS does not publish their words; these are in its manner. */
final class CloudHsmErrors {
  private CloudHsmErrors() {}

  static ApiException invalid(String message) {
    return new CloudHsmInvalidRequestException(message);
  }

  static ApiException noSuchCluster(String id) {
    return new CloudHsmResourceNotFoundException("Cluster " + id + " was not found.");
  }

  static ApiException noSuchBackup(String id) {
    return new CloudHsmResourceNotFoundException("Backup " + id + " was not found.");
  }

  static ApiException noSuchHsm(String clusterId) {
    return new CloudHsmResourceNotFoundException(
        "The HSM was not found in cluster " + clusterId + ".");
  }

  static ApiException noSuchPolicy(String arn) {
    return new CloudHsmResourceNotFoundException("There is no resource policy for " + arn + ".");
  }

  static ApiException clusterState(ClusterRecord cluster) {
    return invalid(
        "Cluster "
            + cluster.id()
            + " is in state "
            + cluster.state()
            + ", in which this operation is not possible.");
  }

  static ApiException backupState(BackupRecord backup) {
    return invalid(
        "Backup "
            + backup.id()
            + " is in state "
            + backup.state()
            + ", in which this operation is not possible.");
  }

  /** AWS's documentation of that error says that the request can be tried again. */
  static ApiException changedMeanwhile(String id) {
    return new CloudHsmInternalFailureException(
        "Cluster " + id + " was changed by another request. Try again.");
  }

  static ApiException tag(String message) {
    return new CloudHsmTagException(message);
  }

  static ApiException denied(String message) {
    return new CloudHsmAccessDeniedException(message);
  }

  static ApiException wrongPassword() {
    return denied("The user name or the password is not right.");
  }

  static ApiException locked() {
    return denied(
        "The user is locked out after too many wrong passwords: an admin has to set another one.");
  }

  static ApiException failed() {
    return new CloudHsmInternalFailureException("The cluster failed.");
  }

  /** What a token could not do; where SoftHSM2 is missing, what to install. */
  static ApiException of(HsmException e) {
    return switch (e.kind()) {
      case NOT_INSTALLED, REFUSED, NOT_FOUND, BAD_DATA -> invalid(String.valueOf(e.getMessage()));
      case FAILED -> new CloudHsmInternalFailureException(e.getMessage());
    };
  }
}
