package dev.bulwark.storage.s3;

import dev.bulwark.access.FormSignatures;

/**
 * What S3 asks of other services.
 *
 * @param keys KMS
 * @param mfa the second factors of root users
 * @param forms who signed an HTML form
 */
public record S3Needs(DataKeys keys, RootMfa mfa, FormSignatures forms) {}
