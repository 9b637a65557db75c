package dev.bulwark.encryption.kms;

import dev.bulwark.api.kms.AlreadyExistsException;
import dev.bulwark.api.kms.CloudHsmClusterInUseException;
import dev.bulwark.api.kms.CloudHsmClusterInvalidConfigurationException;
import dev.bulwark.api.kms.CloudHsmClusterNotActiveException;
import dev.bulwark.api.kms.CloudHsmClusterNotFoundException;
import dev.bulwark.api.kms.CloudHsmClusterNotRelatedException;
import dev.bulwark.api.kms.ConflictException;
import dev.bulwark.api.kms.CustomKeyStoreHasCMKsException;
import dev.bulwark.api.kms.CustomKeyStoreInvalidStateException;
import dev.bulwark.api.kms.CustomKeyStoreNameInUseException;
import dev.bulwark.api.kms.CustomKeyStoreNotFoundException;
import dev.bulwark.api.kms.DisabledException;
import dev.bulwark.api.kms.DryRunOperationException;
import dev.bulwark.api.kms.ExpiredImportTokenException;
import dev.bulwark.api.kms.IncorrectKeyException;
import dev.bulwark.api.kms.IncorrectKeyMaterialException;
import dev.bulwark.api.kms.IncorrectTrustAnchorException;
import dev.bulwark.api.kms.InvalidAliasNameException;
import dev.bulwark.api.kms.InvalidArnException;
import dev.bulwark.api.kms.InvalidCiphertextException;
import dev.bulwark.api.kms.InvalidGrantIdException;
import dev.bulwark.api.kms.InvalidGrantTokenException;
import dev.bulwark.api.kms.InvalidImportTokenException;
import dev.bulwark.api.kms.InvalidKeyUsageException;
import dev.bulwark.api.kms.InvalidMarkerException;
import dev.bulwark.api.kms.KMSInternalException;
import dev.bulwark.api.kms.KMSInvalidMacException;
import dev.bulwark.api.kms.KMSInvalidSignatureException;
import dev.bulwark.api.kms.KMSInvalidStateException;
import dev.bulwark.api.kms.LimitExceededException;
import dev.bulwark.api.kms.MalformedPolicyDocumentException;
import dev.bulwark.api.kms.NotFoundException;
import dev.bulwark.api.kms.TagException;
import dev.bulwark.api.kms.UnsupportedOperationException;
import dev.bulwark.api.kms.XksKeyAlreadyInUseException;
import dev.bulwark.api.kms.XksProxyUriInUseException;
import dev.bulwark.api.kms.XksProxyVpcEndpointServiceNotFoundException;
import dev.bulwark.cryptography.AttestationDocument;
import dev.bulwark.schema.ApiException;
import java.util.List;

/** KMS's errors in AWS's words; where AWS's words are not known, in its manner. */
final class KmsErrors {
  private KmsErrors() {}

  static ApiException validation(String message) {
    return new ApiException("ValidationException", 400, message);
  }

  // Finding

  static ApiException noSuchKey(String arn) {
    return new NotFoundException("Key '" + arn + "' does not exist");
  }

  static ApiException invalidKeyId(String keyId) {
    return new NotFoundException("Invalid keyId '" + keyId + "'");
  }

  static ApiException otherRegion(String region) {
    return new NotFoundException("Invalid arn " + region);
  }

  static ApiException invalidArn(String arn) {
    return new InvalidArnException("Invalid arn " + arn);
  }

  static ApiException noAliases() {
    return new InvalidArnException("Key Aliases are not supported for this operation.");
  }

  static ApiException noSuchAlias(String arn) {
    return new NotFoundException("Alias " + arn + " is not found.");
  }

  static ApiException noSuchGrant(String grantId) {
    return new NotFoundException("Grant ID " + grantId + " not found");
  }

  /** Says the same of a key that is not there and of one that the caller may not know of. */
  static ApiException ciphertextOfUnknownKey() {
    return new ApiException(
        "AccessDeniedException",
        400,
        "The ciphertext refers to a customer master key that does not exist, does not exist in this"
            + " region, or you are not allowed to access.");
  }

  // States

  static ApiException disabled(String arn) {
    return new DisabledException(arn + " is disabled.");
  }

  static ApiException pendingDeletion(String arn) {
    return new KMSInvalidStateException(arn + " is pending deletion.");
  }

  static ApiException pendingReplicaDeletion(String arn) {
    return new KMSInvalidStateException(arn + " is pending replica deletion.");
  }

  static ApiException notPendingDeletion(String arn) {
    return new KMSInvalidStateException(arn + " is not pending deletion.");
  }

  static ApiException pendingImport(String arn) {
    return new KMSInvalidStateException(arn + " is pending import.");
  }

  static ApiException rotatedMeanwhile(String arn) {
    return new KMSInvalidStateException(arn + " was rotated meanwhile.");
  }

  static ApiException nothingPending(String arn) {
    return new KMSInvalidStateException(
        "No available key material pending rotation for the key: " + arn + ".");
  }

  static ApiException replicasNotReady() {
    return new KMSInvalidStateException(
        "Cannot perform key material rotation: Key material has not been imported for replicas of"
            + " the Multi-Region key.");
  }

  static ApiException sealed() {
    return new KMSInternalException(
        "The key vault of this Bulwark is sealed; bulwark unseal takes the shares that open it.");
  }

  static ApiException vaultFailed() {
    return new KMSInternalException("The key vault could not serve the request.");
  }

  // Uses

  static ApiException wrongOrigin(KeyRecord key) {
    return new UnsupportedOperationException(
        key.arn() + " origin is " + key.origin() + " which is not valid for this operation.");
  }

  static ApiException unsupported(String message) {
    return new UnsupportedOperationException(message);
  }

  static ApiException wrongUsage(KeyRecord key, String operation) {
    return new InvalidKeyUsageException(
        key.arn() + " key usage is " + key.usage() + " which is not valid for " + operation + ".");
  }

  static ApiException wrongSpec(KeyRecord key, String operation) {
    return new InvalidKeyUsageException(
        key.arn() + " key spec is " + key.spec() + " which is not valid for " + operation + ".");
  }

  static ApiException wrongAlgorithm(String algorithm, KeyRecord key) {
    return new InvalidKeyUsageException(
        "Algorithm " + algorithm + " is incompatible with key spec " + key.spec() + ".");
  }

  static ApiException awsManaged(String arn) {
    return new ApiException(
        "AccessDeniedException",
        400,
        arn + " is an AWS managed key, which only AWS services can change.");
  }

  static ApiException invalidCiphertext() {
    return new InvalidCiphertextException(null);
  }

  static ApiException incorrectKey() {
    return new IncorrectKeyException(
        "The key ID in the request does not identify a CMK that can perform this operation.");
  }

  static ApiException invalidSignature() {
    return new KMSInvalidSignatureException(null);
  }

  static ApiException invalidMac() {
    return new KMSInvalidMacException(null);
  }

  static ApiException digestLength(String algorithm) {
    return validation("Digest is invalid length for algorithm " + algorithm + ".");
  }

  static ApiException messageType(String type, String algorithm) {
    return validation("MessageType " + type + " is not valid for algorithm " + algorithm + ".");
  }

  static ApiException plaintextTooLong(String algorithm, KeyRecord key, int limit) {
    return validation(
        "Algorithm %s and key spec %s cannot encrypt data larger than %d bytes."
            .formatted(algorithm, key.spec(), limit));
  }

  static ApiException dryRun() {
    return new DryRunOperationException(
        "The request would have succeeded, but the DryRun option is set.");
  }

  static ApiException recipient() {
    return validation(
        "Recipient is not supported: this Bulwark trusts no root by which the attestation of an"
            + " enclave could be verified.");
  }

  /** AWS's words are not known. */
  static ApiException attestation(AttestationDocument.InvalidException why) {
    return validation("The attestation document is not valid: " + why.getMessage() + ".");
  }

  // Policies

  static ApiException malformedPolicy(String message) {
    return new MalformedPolicyDocumentException(message);
  }

  static ApiException invalidPrincipals() {
    return malformedPolicy("Policy contains a statement with one or more invalid principals.");
  }

  /** The documentation leaves a placeholder for what the condition is about. */
  static ApiException overlyPermissive(String about) {
    return malformedPolicy(
        "OverlyPermissiveCondition: Using the ForAllValues set operator with a single-valued condition key matches requests without the specified %1$s or with an unspecified %1$s. To fix, remove ForAllValues."
            .formatted(about));
  }

  static ApiException noSuchPolicy() {
    return new NotFoundException("No such policy exists");
  }

  static ApiException lockout() {
    return malformedPolicy(
        "The new key policy will not allow you to update the key policy in the future.");
  }

  // Aliases, grants, tags

  static ApiException aliasExists(String arn) {
    return new AlreadyExistsException("An alias with the name " + arn + " already exists");
  }

  static ApiException aliasPrefix() {
    return validation(
        "Alias must start with the prefix \"alias/\". Please see"
            + " https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html");
  }

  static ApiException aliasCharacters(String name) {
    return validation(name + " contains invalid characters for an alias");
  }

  static ApiException aliasOfAlias() {
    return validation("Aliases must refer to keys. Not aliases");
  }

  static ApiException aliasReserved() {
    return new ApiException("NotAuthorizedException", 400, "");
  }

  static ApiException aliasName(String message) {
    return new InvalidAliasNameException(message);
  }

  static ApiException invalidPrincipal(String arn) {
    return new InvalidArnException("ARN does not refer to a valid principal: " + arn);
  }

  static ApiException malformedPrincipal(String arn) {
    return new InvalidArnException("ARN is not valid: " + arn);
  }

  static ApiException grantOperations(List<String> others, KeyRecord key, List<String> fitting) {
    return validation(
        "Operations [%s] are not supported when creating a grant for %s KMS key with key usage %s. Valid operations are [%s]"
            .formatted(
                String.join(", ", others),
                key.spec().isPair() ? "an asymmetric" : "a symmetric",
                key.usage(),
                String.join(", ", fitting)));
  }

  static ApiException invalidGrantToken() {
    return new InvalidGrantTokenException("The grant token is not valid.");
  }

  static ApiException invalidGrantId(String grantId) {
    return new InvalidGrantIdException("Invalid grant ID " + grantId);
  }

  static ApiException tag(String message) {
    return new TagException(message);
  }

  static ApiException limit(String message) {
    return new LimitExceededException(message);
  }

  static ApiException conflict(String message) {
    return new ConflictException(message);
  }

  static ApiException invalidMarker() {
    return new InvalidMarkerException(null);
  }

  static ApiException noSuchKeyStore(String id) {
    return new CustomKeyStoreNotFoundException("The custom key store " + id + " is not found.");
  }

  // Multi-Region keys

  static ApiException replicaExists() {
    return new AlreadyExistsException(
        "You can create only one replica of each primary key in each AWS Region.");
  }

  static ApiException primaryIsThere(String region) {
    return validation(region + " cannot have a replica because it contains the primary.");
  }

  static ApiException otherPartition() {
    return validation(
        "The replica key Region must be in the same AWS partition as the primary key Region.");
  }

  static ApiException noSuchRegion(String region) {
    return validation(
        "Region %s is not a valid Region or multi-Region keys are not supported in Region %s."
            .formatted(region, region));
  }

  static ApiException notPrimary(String arn) {
    return new KMSInvalidStateException(arn + " is not a multi-Region primary key.");
  }

  static ApiException noReplica(String keyId) {
    return validation(keyId + " does not have a replica key in the specified Region.");
  }

  static ApiException replica(String arn, String operation) {
    return unsupported(
        arn + " is a multi-region replica key which is not valid for " + operation + ".");
  }

  // Imports

  static ApiException expiredImportToken() {
    return new ExpiredImportTokenException("The import token has expired.");
  }

  static ApiException invalidImportToken() {
    return new InvalidImportTokenException(null);
  }

  static ApiException incorrectMaterial(String expectedId) {
    return new IncorrectKeyMaterialException(
        "Imported key material does not have the expected identifier (" + expectedId + ").");
  }

  static ApiException materialNotNew(String materialId, String arn) {
    return new IncorrectKeyMaterialException(
        "Key material (id: %s) being imported as NEW_KEY_MATERIAL is already associated with KMS key %s."
            .formatted(materialId, arn));
  }

  static ApiException otherMaterialPending(String newId, String arn, String pendingId) {
    return new KMSInvalidStateException(
        "New key material (id: %s) cannot be imported into KMS key %s, because another key material (id: %s) is pending rotation."
            .formatted(newId, arn, pendingId));
  }

  static ApiException neverImported(String materialId, String arn) {
    return validation(
        "Key material (id: %s) has never been imported into KMS key %s."
            .formatted(materialId, arn));
  }

  static ApiException wrapping(String algorithm, String wrappingKeySpec, KeyRecord key) {
    return validation(
        "Wrapping algorithm %s and wrapping key spec %s cannot be used to import a %s key."
            .formatted(algorithm, wrappingKeySpec, key.spec()));
  }

  static ApiException onlyOfSymmetricImports(String parameter, KeyRecord key) {
    return validation(
        "Input parameter %s cannot be used with %s imported keys."
            .formatted(parameter, key.spec()));
  }

  // Custom key stores

  static ApiException unavailable(String arn) {
    return new KMSInvalidStateException(arn + " is unavailable.");
  }

  static ApiException keyStoreState(String id, CustomKeyStoreRecord.State state) {
    return new CustomKeyStoreInvalidStateException(
        "The custom key store "
            + id
            + " is in state "
            + state
            + ", in which this operation is not possible.");
  }

  static ApiException keyStoreFailed(String id, String connectionErrorCode) {
    return new CustomKeyStoreInvalidStateException(
        "The custom key store " + id + " cannot be used: " + connectionErrorCode + ".");
  }

  static ApiException keyStoreNameInUse(String name) {
    return new CustomKeyStoreNameInUseException(
        "The custom key store name " + name + " is in use.");
  }

  static ApiException keyStoreHasKeys(String id) {
    return new CustomKeyStoreHasCMKsException("The custom key store " + id + " contains KMS keys.");
  }

  static ApiException noSuchCluster(String clusterId) {
    return new CloudHsmClusterNotFoundException("The cluster " + clusterId + " is not found.");
  }

  static ApiException clusterNotActive(String clusterId) {
    return new CloudHsmClusterNotActiveException("The cluster " + clusterId + " is not active.");
  }

  static ApiException clusterInUse(String clusterId) {
    return new CloudHsmClusterInUseException(
        "The cluster " + clusterId + " is associated with another custom key store.");
  }

  static ApiException clusterNotRelated(String clusterId) {
    return new CloudHsmClusterNotRelatedException(
        "The cluster " + clusterId + " is not related to that of the custom key store.");
  }

  static ApiException clusterConfiguration(String message) {
    return new CloudHsmClusterInvalidConfigurationException(message);
  }

  static ApiException proxyOfCluster() {
    return validation(
        "Parameters of an external key store proxy are not valid for a custom key store of type"
            + " AWS_CLOUDHSM.");
  }

  static ApiException proxyInUse(String address) {
    return new XksProxyUriInUseException(
        "The proxy address " + address + " is associated with another external key store.");
  }

  static ApiException noSuchEndpointService(String name) {
    return new XksProxyVpcEndpointServiceNotFoundException(
        "The VPC endpoint service " + name + " is not found.");
  }

  static ApiException externalKeyInUse(KeyIdentity key) {
    return new XksKeyAlreadyInUseException(
        "The external key "
            + key.externalKeyId()
            + " is associated with another KMS key of the external key store "
            + key.keyStoreId()
            + ".");
  }

  static ApiException incorrectTrustAnchor() {
    return new IncorrectTrustAnchorException(
        "The trust anchor certificate is not that of the cluster.");
  }
}
