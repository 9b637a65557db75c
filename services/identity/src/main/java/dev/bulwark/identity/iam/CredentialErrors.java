package dev.bulwark.identity.iam;

import dev.bulwark.api.iam.CredentialReportExpiredException;
import dev.bulwark.api.iam.CredentialReportNotPresentException;
import dev.bulwark.api.iam.CredentialReportNotReadyException;
import dev.bulwark.api.iam.DeleteConflictException;
import dev.bulwark.api.iam.DuplicateCertificateException;
import dev.bulwark.api.iam.DuplicateSSHPublicKeyException;
import dev.bulwark.api.iam.EntityAlreadyExistsException;
import dev.bulwark.api.iam.EntityTemporarilyUnmodifiableException;
import dev.bulwark.api.iam.InvalidAuthenticationCodeException;
import dev.bulwark.api.iam.InvalidCertificateException;
import dev.bulwark.api.iam.InvalidInputException;
import dev.bulwark.api.iam.InvalidPublicKeyException;
import dev.bulwark.api.iam.KeyPairMismatchException;
import dev.bulwark.api.iam.MalformedCertificateException;
import dev.bulwark.api.iam.NoSuchEntityException;
import dev.bulwark.api.iam.ServiceNotSupportedException;
import dev.bulwark.api.iam.UnrecognizedPublicKeyEncodingException;
import dev.bulwark.schema.ApiException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Date;
import java.util.Locale;

/**
 * IAM's errors about credentials other than access keys and passwords. Where AWS documents the code
 * alone, the words are Bulwark's.
 */
final class CredentialErrors {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private CredentialErrors() {}

  static ApiException mfaDeviceExists() {
    return new EntityAlreadyExistsException(
        "MFADevice entity at the same path and name already exists.");
  }

  static ApiException mfaNameTooLong() {
    return new InvalidInputException(
        "The path and the name of a virtual MFA device are too long together.");
  }

  static ApiException noMfaDevice(String serialNumber) {
    return new NoSuchEntityException(
        "VirtualMFADevice with serial number " + serialNumber + " doesn't exist.");
  }

  static ApiException mfaDeviceInvalidForUser() {
    return new NoSuchEntityException("MFA Device invalid for user.");
  }

  static ApiException mfaDeviceInUse() {
    return new EntityAlreadyExistsException("MFA Device is already in use.");
  }

  static ApiException mustDeactivateFirst() {
    return new DeleteConflictException("MFA VirtualDevice in use. Must deactivate first.");
  }

  static ApiException invalidCode() {
    return new InvalidAuthenticationCodeException("Authentication code for device is not valid.");
  }

  static ApiException changedMeanwhile() {
    return new EntityTemporarilyUnmodifiableException(
        "The entity was changed by another request at the same time. Please try again.");
  }

  static ApiException malformedCertificate() {
    return new MalformedCertificateException(
        "Unable to parse certificate. Please ensure the certificate is in PEM format.");
  }

  /**
   * @param index of the certificate that the next one does not vouch for; -1 for the leaf
   */
  static ApiException brokenChain(int index) {
    return new MalformedCertificateException(
        "Unable to validate certificate chain. The certificate chain must start with the immediate signing"
            + " certificate, followed by any intermediaries in order. The index within the chain of the invalid"
            + " certificate is: "
            + index);
  }

  static ApiException malformedPrivateKey() {
    return new MalformedCertificateException("Invalid Private Key.");
  }

  static ApiException keyPairMismatch() {
    return new KeyPairMismatchException("Public key certificate and private key doesn't match.");
  }

  static String noLongerValid(Date notAfter) {
    return "Certificate is no longer valid. The 'Not After' date restricts validity to "
        + DATE.format(notAfter.toInstant())
        + ".";
  }

  static String notYetValid(Date notBefore) {
    return "Certificate is not yet valid. The 'Not Before' date restricts validity from "
        + DATE.format(notBefore.toInstant())
        + ".";
  }

  static ApiException malformedCertificate(String message) {
    return new MalformedCertificateException(message);
  }

  static ApiException invalidCertificate(String message) {
    return new InvalidCertificateException(message);
  }

  static ApiException duplicateCertificate() {
    return new DuplicateCertificateException(
        "The same certificate is associated with an IAM user in the account already.");
  }

  static ApiException noSigningCertificate(String id) {
    return new NoSuchEntityException("The Certificate with id " + id + " cannot be found.");
  }

  static ApiException noServerCertificate(String name) {
    return new NoSuchEntityException(
        "The Server Certificate with name " + name + " cannot be found.");
  }

  static ApiException serverCertificateExists(String name) {
    return new EntityAlreadyExistsException(
        "The Server Certificate with name " + name + " already exists.");
  }

  static ApiException noSshKey(String id) {
    return new NoSuchEntityException("The Public Key with id " + id + " cannot be found.");
  }

  static ApiException duplicateSshKey() {
    return new DuplicateSSHPublicKeyException(
        "The SSH public key is already associated with the specified IAM user.");
  }

  static ApiException invalidSshKey() {
    return new InvalidPublicKeyException("The public key is malformed or otherwise invalid.");
  }

  static ApiException unrecognizedSshKey() {
    return new UnrecognizedPublicKeyEncodingException(
        "The public key encoding format is unsupported or unrecognized.");
  }

  static ApiException serviceNotSupported(String service) {
    return new ServiceNotSupportedException("No such service " + service + " supported.");
  }

  static ApiException noServiceCredential(String id) {
    return new NoSuchEntityException(
        "Service specific credential with id " + id + " cannot be found.");
  }

  static ApiException roleNameTaken(String roleName) {
    return new InvalidInputException(
        "Service role name "
            + roleName
            + " has been taken in this account, please try a different suffix.");
  }

  static ApiException suffixNotAllowed(String service) {
    return new InvalidInputException("Custom suffix is not allowed for " + service);
  }

  static ApiException noServiceLinkedRoles(String service) {
    return new InvalidInputException("Bulwark knows no service-linked role of " + service + ".");
  }

  static ApiException notServiceLinked(String roleName) {
    return new InvalidInputException(roleName + " is not a service-linked role.");
  }

  static ApiException noDeletionTask(String taskId) {
    return new NoSuchEntityException("Deletion task " + taskId + " cannot be found.");
  }

  static ApiException reportNotPresent() {
    return new CredentialReportNotPresentException("No credential report exists.");
  }

  static ApiException reportNotReady() {
    return new CredentialReportNotReadyException("The credential report is still being generated.");
  }

  static ApiException reportExpired() {
    return new CredentialReportExpiredException(
        "The most recent credential report has expired. Please generate a new one.");
  }

  static ApiException invalidEmail() {
    return new InvalidInputException("The e-mail address is not valid.");
  }

  static ApiException emailTaken() {
    return new EntityAlreadyExistsException(
        "The e-mail address is the root user's of another account.");
  }

  /** Says that somebody guesses too often. */
  static ApiException tooManyAttempts() {
    return new ApiException("Throttling", 400, "Rate exceeded");
  }

  static ApiException noPassword() {
    return new ApiException(
        "ValidationError",
        400,
        "1 validation error detected: Value null at 'password' failed to satisfy constraint: Member must not be null");
  }

  /** In AWS's reference this is told, but not in which words. */
  static ApiException passwordOfRoot() {
    return new ApiException(
        "ValidationError", 400, "Password must be omitted when calling with an AssumeRoot session");
  }

  static ApiException rootLoginProfileExists(String accountId) {
    return new EntityAlreadyExistsException(
        "Login Profile for the root user of account " + accountId + " already exists.");
  }

  static ApiException noRootLoginProfile(String accountId) {
    return new NoSuchEntityException(
        "Login Profile for the root user of account " + accountId + " cannot be found.");
  }

  /** That it is refused is in AWS's reference, the words are not. */
  static ApiException allUsersAndOne() {
    return new InvalidInputException("UserName and AllUsers cannot be specified together.");
  }

  /** That it is refused is in AWS's reference, the words are not. */
  static ApiException neverExpires(String service) {
    return new InvalidInputException(
        "CredentialAgeDays is not supported for credentials of " + service);
  }
}
