package dev.bulwark.storage.s3;

import dev.bulwark.access.FormSignatures;
import dev.bulwark.service.ServiceCalls;

/**
 * What S3 asks of other services.
 *
 * @param keys KMS
 * @param mfa the second factors of root users
 * @param forms who signed an HTML form
 * @param calls the APIs of other services
 */
public record S3Needs(DataKeys keys, RootMfa mfa, FormSignatures forms, ServiceCalls calls) {}
