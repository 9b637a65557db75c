package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.CustomKeyStoreInvalidStateException;
import dev.bulwark.api.kms.KMSInvalidStateException;
import dev.bulwark.api.kms.XksKeyInvalidConfigurationException;
import dev.bulwark.api.kms.XksKeyNotFoundException;
import dev.bulwark.api.kms.XksProxyIncorrectAuthenticationCredentialException;
import dev.bulwark.api.kms.XksProxyInvalidConfigurationException;
import dev.bulwark.api.kms.XksProxyInvalidResponseException;
import dev.bulwark.api.kms.XksProxyUriUnreachableException;
import dev.bulwark.schema.ApiException;
import java.util.Arrays;
import java.util.Optional;

/**
 * What can go wrong with the proxy of an external key store: what it says, if anything, and what
 * KMS makes of it. Words and errors are those of AWS's specification of the proxy's API.
 *
 * @see <a href="https://github.com/aws/aws-kms-xksproxy-api-spec">External Key Store Proxy API
 *     Specification, error codes</a>
 */
enum XksProblem {
  UNINTERPRETABLE(
      "ValidationException",
      "XKS_PROXY_INVALID_RESPONSE",
      "AWS KMS cannot interpret the response from the external key store proxy. If you see this"
          + " error repeatedly, report it to your external key store proxy administrator."),
  KEY_DISABLED(
      "InvalidStateException",
      "XKS_PROXY_INVALID_RESPONSE",
      "The external key associated with this KMS key in an external key store is not enabled in the"
          + " external key manager. Enable the external key in the external key manager and retry"
          + " the request."),
  REFUSED_CIPHERTEXT(
      "InvalidCiphertextException",
      "XKS_PROXY_INVALID_RESPONSE",
      "The external key store proxy rejected the request because the specified ciphertext or"
          + " encryption context is corrupted, missing, or otherwise invalid."),
  KEY_USAGE(
      "InvalidKeyUsageException",
      "XKS_PROXY_INVALID_RESPONSE",
      "The external key associated with this KMS key in an external key store does not support the"
          + " requested operation. Enable the operation on the key in your external key manager,"
          + " and try the request again."),
  AUTHENTICATION(
      "AuthenticationFailedException",
      "INVALID_CREDENTIALS",
      "The external key store proxy rejected the request because it could not authenticate AWS KMS."
          + " Verify the XKS proxy authentication credentials for your external key store and"
          + " update if necessary."),
  ACCESS_DENIED(
      "AccessDeniedException",
      "XKS_PROXY_ACCESS_DENIED",
      "The external key store proxy denied access to the operation. Verify that the user and the"
          + " external key are both authorized for this operation, and try the request again."),
  KEY_NOT_FOUND(
      "KeyNotFoundException",
      "XKS_PROXY_INVALID_RESPONSE",
      "The external key associated with this KMS key in an external key store was not found in its"
          + " external key manager. If the external key ID associated with this KMS key is"
          + " incorrect, create a new KMS key with the correct external key ID."),
  URI_PATH(
      "InvalidUriPathException",
      "XKS_PROXY_INVALID_CONFIGURATION",
      "The external key store proxy rejected the request because of an invalid URI path. Verify the"
          + " URI path for your external key store and update if necessary."),
  UNSUPPORTED(
      "UnsupportedOperationException",
      "XKS_PROXY_INVALID_RESPONSE",
      "The external key store proxy rejected the request because it does not support the requested"
          + " operation. If you see this error repeatedly, report it to your external key store"
          + " proxy administrator."),
  DEPENDENCY_TIMED_OUT(
      "DependencyTimeoutException",
      "XKS_PROXY_TIMED_OUT",
      "The external key store proxy did not respond to the request in the time allotted. Retry the"
          + " request. If you see this error repeatedly, report it to your external key store proxy"
          + " administrator."),
  THROTTLED(
      "ThrottlingException",
      "XKS_PROXY_NOT_REACHABLE",
      "The external key store proxy rejected the request due to a very high request rate. Reduce"
          + " the frequency of your calls using KMS keys in this external key store."),
  INTERNAL(
      "InternalException",
      "XKS_PROXY_INVALID_RESPONSE",
      "The external key store proxy rejected the request because it cannot communicate with the"
          + " external key manager. Verify that the external key store proxy configuration is"
          + " correct and that the external key manager is available."),
  NO_CONNECTION(
      "",
      "XKS_PROXY_NOT_REACHABLE",
      "AWS KMS cannot communicate with the external key store proxy. This might be a transient"
          + " network issue. If you see this error repeatedly, verify that your external key store"
          + " proxy is active and is connected to the network, and that its endpoint URI is correct"
          + " in your external key store."),
  NO_TLS(
      "",
      "XKS_PROXY_INVALID_TLS_CONFIGURATION",
      "AWS KMS cannot establish a TLS connection to the external key store proxy. Verify the TLS"
          + " configuration, including its certificate."),
  TIMED_OUT(
      "",
      "XKS_PROXY_TIMED_OUT",
      "AWS KMS rejected the request because the external key store proxy did not respond in time."
          + " Retry the request. If you see this error repeatedly, report it to your external key"
          + " store proxy administrator."),
  MANAGERS_UNAVAILABLE(
      "",
      "XKS_PROXY_NOT_REACHABLE",
      "The external key store proxy reports that all external key managers are unavailable."),
  DISCONNECTED(
      "",
      "",
      "This KMS key is in a custom key store that is not connected to its external key store proxy."
          + " Connect the external key store and try the request again.");

  private final String errorName;
  private final String connectionErrorCode;
  private final String message;

  XksProblem(String errorName, String connectionErrorCode, String message) {
    this.errorName = errorName;
    this.connectionErrorCode = connectionErrorCode;
    this.message = message;
  }

  /** What a proxy calls by that name. */
  static Optional<XksProblem> named(String errorName) {
    return errorName.isEmpty()
        ? Optional.empty()
        : Arrays.stream(values()).filter(one -> one.errorName.equals(errorName)).findFirst();
  }

  /** For DescribeCustomKeyStores, where a connection failed. */
  String connectionErrorCode() {
    return connectionErrorCode;
  }

  /** Where a key is used. */
  ApiException inUse() {
    return new KMSInvalidStateException(message);
  }

  /** Where a key is made. */
  ApiException inCreateKey() {
    return switch (this) {
      case KEY_DISABLED, KEY_USAGE -> new XksKeyInvalidConfigurationException(message);
      case KEY_NOT_FOUND -> new XksKeyNotFoundException(message);
      case ACCESS_DENIED -> new KMSInvalidStateException(message);
      default -> new CustomKeyStoreInvalidStateException(message);
    };
  }

  /** Where a key store is made or changed. */
  ApiException inKeyStore() {
    return switch (this) {
      case AUTHENTICATION, ACCESS_DENIED ->
          new XksProxyIncorrectAuthenticationCredentialException(message);
      case URI_PATH -> new XksProxyInvalidConfigurationException(message);
      case DEPENDENCY_TIMED_OUT,
          THROTTLED,
          NO_CONNECTION,
          NO_TLS,
          TIMED_OUT,
          MANAGERS_UNAVAILABLE ->
          new XksProxyUriUnreachableException(message);
      default -> new XksProxyInvalidResponseException(message);
    };
  }
}
