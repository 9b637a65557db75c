package dev.bulwark.service;

/**
 * A metric that a service publishes about itself, named as in AWS's documentation.
 *
 * @param namespace as {@code AWS/SQS}
 * @param unit one of CloudWatch's, as {@code Count}, {@code Bytes} or {@code None}
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html">AWS
 *     services that publish CloudWatch metrics</a>
 */
public record ServiceMetric(String namespace, String name, String unit) {}
