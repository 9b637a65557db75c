package dev.bulwark.storage.s3;

import dev.bulwark.access.FormSignatures;
import dev.bulwark.events.EventStreams;
import dev.bulwark.service.MetricPublisher;
import dev.bulwark.service.ServiceCallers;
import dev.bulwark.service.ServiceCalls;
import java.time.Clock;
import java.util.function.Supplier;

/**
 * What S3 asks of other services.
 *
 * @param keys KMS
 * @param mfa the second factors of root users
 * @param forms who signed an HTML form
 * @param calls the APIs of other services
 * @param callers services of S3 that ask on their own behalf, or in roles that they have assumed
 * @param metrics takes what S3 tells of itself
 * @param events where S3 tells event buses what happens to objects
 * @param clock the installation's
 */
public record S3Needs(
    DataKeys keys,
    RootMfa mfa,
    FormSignatures forms,
    ServiceCalls calls,
    Supplier<ServiceCallers> callers,
    MetricPublisher metrics,
    EventStreams events,
    Clock clock) {}
