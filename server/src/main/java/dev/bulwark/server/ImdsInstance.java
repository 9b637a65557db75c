package dev.bulwark.server;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The instance of {@code ./bulwark imds}: the documents that it finds below {@code /latest/}. */
final class ImdsInstance {
  private static final String HELP =
      "Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.";
  private static final String IAM = "meta-data/iam/";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * Which instance it is.
   *
   * @param launched for the identity document
   */
  record Identity(
      String accountId, String profileName, String instanceId, String region, Instant launched) {
    String availabilityZone() {
      return region + "a";
    }
  }

  private final Identity identity;
  private final Supplier<RootClient.Answer> installation;
  private final String profileArn;
  private final String profileId;

  private ImdsInstance(
      Identity identity, Supplier<RootClient.Answer> installation, JsonNode profile) {
    this.identity = identity;
    this.installation = installation;
    this.profileArn = profile.path("profileArn").asString("");
    this.profileId = profile.path("profileId").asString("");
  }

  /**
   * Starts an instance with an instance profile; it keeps to that one, should another take the
   * name.
   *
   * @throws StartException where there is no such profile, or no installation answers
   */
  static ImdsInstance launch(Identity identity, RootClient client) {
    var question =
        JSON.writeValueAsBytes(
            Map.of(
                "account",
                identity.accountId(),
                "instanceProfile",
                identity.profileName(),
                "instanceId",
                identity.instanceId()));
    Supplier<RootClient.Answer> ask =
        () -> client.send("POST", InstanceRoute.PATH, question, FirstRoot.SIGNING_NAME);
    var first = ask.get();
    if (first.status() != 200) {
      throw new StartException(
          JSON.readTree(first.body()).path("message").asString("Bulwark refused"));
    }
    return new ImdsInstance(identity, ask, JSON.readTree(first.body()));
  }

  /**
   * All documents, by their path; those about the role only where the path is about it, since
   * Bulwark has to be asked for them.
   *
   * @throws StartException where the installation does not answer
   */
  SortedMap<String, String> documents(String path) {
    var documents = new TreeMap<String, String>();
    documents.put("dynamic/instance-identity/document", identityDocument());
    documents.put("meta-data/instance-id", identity.instanceId());
    documents.put("meta-data/placement/availability-zone", identity.availabilityZone());
    documents.put("meta-data/placement/region", identity.region());
    if ((path + "/").startsWith(IAM)) {
      putRole(documents);
    } else {
      documents.put(IAM + "info", "");
    }
    return documents;
  }

  private String identityDocument() {
    return JSON.writeValueAsString(
        JSON.createObjectNode()
            .put("accountId", identity.accountId())
            .put("availabilityZone", identity.availabilityZone())
            .put("instanceId", identity.instanceId())
            .put("pendingTime", identity.launched().toString())
            .put("region", identity.region())
            .put("version", "2017-09-30"));
  }

  private void putRole(SortedMap<String, String> documents) {
    var answer = installation.get();
    if (answer.status() != 200 && answer.status() != 404) {
      throw new StartException(answer.text());
    }
    var view = JSON.readTree(answer.body());
    if (answer.status() == 404 || !view.path("profileId").asString("").equals(profileId)) {
      // AWS documents the code, not the words.
      documents.put(
          IAM + "info",
          failure(
              "InstanceProfileNotFound",
              "Instance Profile %s cannot be found. %s".formatted(profileArn, HELP),
              Instant.now().toString()));
      return;
    }
    var updated = view.path("updated").asString("");
    documents.put(
        IAM + "info",
        JSON.writeValueAsString(
            JSON.createObjectNode()
                .put("Code", "Success")
                .put("LastUpdated", updated)
                .put("InstanceProfileArn", profileArn)
                .put("InstanceProfileId", profileId)));
    var role = view.path("roleName").asString("");
    if (!role.isEmpty()) {
      documents.put(
          IAM + "security-credentials/" + role,
          credentials(role, updated, view.path("credentials")));
    }
  }

  private static String credentials(String role, String updated, JsonNode session) {
    return session.isMissingNode()
        ? failure(
            "AssumeRoleUnauthorizedAccess",
            "EC2 cannot assume the role %s. %s".formatted(role, HELP),
            updated)
        : JSON.writeValueAsString(
            JSON.createObjectNode()
                .put("Code", "Success")
                .put("LastUpdated", updated)
                .put("Type", "AWS-HMAC")
                .put("AccessKeyId", session.path("accessKeyId").asString(""))
                .put("SecretAccessKey", session.path("secretAccessKey").asString(""))
                .put("Token", session.path("token").asString(""))
                .put("Expiration", session.path("expiration").asString("")));
  }

  private static String failure(String code, String message, String updated) {
    return JSON.writeValueAsString(
        JSON.createObjectNode()
            .put("Code", code)
            .put("Message", message)
            .put("LastUpdated", updated));
  }
}
