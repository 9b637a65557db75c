package dev.bulwark.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a service before its model is loaded: enough to route a request to it.
 *
 * @param id the name of its package and the key of the manifest, for instance {@code iam}, {@code
 *     cognitoidp}
 * @param className the prefix of its generated classes, for instance {@code Iam}
 * @param serviceId AWS's service id, for instance {@code Cognito Identity Provider}
 * @param endpointPrefix the first label of its host names, for instance {@code monitoring}
 * @param signingName the service in a credential scope, for instance {@code cloudhsm}
 * @param actionPrefix the prefix of its actions in policies, for instance {@code cloudwatch}
 * @param eventSource the source in its API-call events, for instance {@code iam.amazonaws.com}
 * @param targetPrefix of {@code X-Amz-Target}, for the JSON protocols
 * @param protocols in the model's order of preference
 * @param xmlNamespace of responses, for the XML and query protocols
 * @param globalService whether it has one endpoint for all Regions, in us-east-1
 * @param queryCompatible whether JSON errors carry the code of the query protocol in {@code
 *     x-amzn-query-error}
 */
public record ServiceInfo(
    String id,
    String className,
    String serviceId,
    String apiVersion,
    String endpointPrefix,
    String signingName,
    String actionPrefix,
    String eventSource,
    @Nullable String targetPrefix,
    List<Protocol> protocols,
    @Nullable String xmlNamespace,
    boolean globalService,
    boolean queryCompatible) {}
