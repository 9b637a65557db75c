package dev.bulwark.storage.s3;

/**
 * What S3 asks of other services.
 *
 * @param keys KMS
 * @param mfa the second factors of root users
 */
public record S3Needs(DataKeys keys, RootMfa mfa) {}
