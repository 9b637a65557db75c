package dev.bulwark.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Things that the inputs of {@link ProbeInputs} name, so that lines find them. */
final class ProbeWorld {
  private static final String BOUNDARY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  private static final String ALL =
      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}}";
  private static final String TRUST =
      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":\"sts:AssumeRole\"}}";
  private static final String DELEGATION =
      "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::123456789012:root\"},\"Action\":\"organizations:List*\",\"Resource\":\"*\"}}";

  private final ProbeRequests to;
  private final Map<String, Map<String, String>> names = new HashMap<>();

  ProbeWorld(String url) {
    to = new ProbeRequests(url);
  }

  /** Makes them, and returns what they are called, by service and member. */
  Map<String, Map<String, String>> make() throws IOException, InterruptedException {
    makeEntities();
    makeCredentials();
    makeOrganization();
    makeKey();
    makeQueue();
    makeLake();
    to.send("s3", "PUT", "/probe", Map.of(), "");
    to.send("s3", "PUT", "/probe/probe", Map.of("x-amz-tagging", "probe=x"), "content");
    call("s3control", "resourcearn", "arn:aws:s3:us-east-1:123456789012:accesspoint/probe");
    to.json(
        "access-analyzer",
        "PUT",
        "/analyzer",
        Map.of(),
        "{\"analyzerName\":\"probe\",\"type\":\"ACCOUNT\",\"tags\":{\"probe\":\"x\"}}");
    var analyzer = "arn:aws:access-analyzer:us-east-1:123456789012:analyzer/probe";
    call("accessanalyzer", "analyzerarn", analyzer);
    call("accessanalyzer", "resourcearn", analyzer);
    call("accessanalyzer", "accessrole", "arn:aws:iam::123456789012:role/probe");
    return names;
  }

  private void call(String service, String member, String name) {
    names.computeIfAbsent(service, any -> new HashMap<>()).put(member, name);
  }

  private void makeEntities() throws IOException, InterruptedException {
    to.iam("CreateUser", "UserName", "probe", "PermissionsBoundary", BOUNDARY);
    tagged("TagUser", "UserName", "probe");
    tagged(
        "CreateRole",
        "RoleName",
        "probe",
        "AssumeRolePolicyDocument",
        TRUST,
        "PermissionsBoundary",
        BOUNDARY);
    to.iam("CreateGroup", "GroupName", "probe");
    to.iam("CreateInstanceProfile", "InstanceProfileName", "probe");
    tagged("CreatePolicy", "PolicyName", "probe", "PolicyDocument", ALL);
    to.iam("CreateServiceLinkedRole", "AWSServiceName", "access-analyzer.amazonaws.com");
    tagged("TagRole", "RoleName", "AWSServiceRoleForAccessAnalyzer");
    call("iam", "awsservicename", "access-analyzer.amazonaws.com");
    call("iam", "customsuffix", "");
    call("iam", "deletiontaskid", "task/aws-service-role/probe.amazonaws.com/probe/1");
  }

  private String tagged(String action, String... parameters)
      throws IOException, InterruptedException {
    var all = new String[parameters.length + 4];
    System.arraycopy(parameters, 0, all, 0, parameters.length);
    all[parameters.length] = "Tags.member.1.Key";
    all[parameters.length + 1] = "probe";
    all[parameters.length + 2] = "Tags.member.1.Value";
    all[parameters.length + 3] = "x";
    return to.iam(action, all);
  }

  private void makeCredentials() throws IOException, InterruptedException {
    call(
        "iam",
        "accesskeyid",
        ProbeRequests.element(to.iam("CreateAccessKey", "UserName", "probe"), "AccessKeyId"));
    call(
        "iam",
        "servicespecificcredentialid",
        ProbeRequests.element(
            to.iam(
                "CreateServiceSpecificCredential",
                "UserName",
                "probe",
                "ServiceName",
                "codecommit.amazonaws.com"),
            "ServiceSpecificCredentialId"));
    call(
        "iam",
        "serialnumber",
        ProbeRequests.element(
            tagged("CreateVirtualMFADevice", "VirtualMFADeviceName", "probe"), "SerialNumber"));
    call(
        "iam",
        "openidconnectproviderarn",
        ProbeRequests.element(
            tagged(
                "CreateOpenIDConnectProvider",
                "Url",
                "https://probe.example.com",
                "ThumbprintList.member.1",
                "0".repeat(40)),
            "OpenIDConnectProviderArn"));
    call(
        "iam",
        "samlproviderarn",
        ProbeRequests.element(
            tagged("CreateSAMLProvider", "Name", "probe", "SAMLMetadataDocument", metadata()),
            "SAMLProviderArn"));
  }

  private static String metadata() throws IOException {
    try (var document = ProbeWorld.class.getResourceAsStream("/probe-saml-metadata.xml")) {
      assertThat(document).isNotNull();
      return new String(document.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void makeOrganization() throws IOException, InterruptedException {
    organizations("CreateOrganization", "{}");
    var root = organizations("ListRoots", "{}").at("/Roots/0/Id").asString();
    organizations(
        "EnablePolicyType",
        "{\"RootId\":\"%s\",\"PolicyType\":\"SERVICE_CONTROL_POLICY\"}".formatted(root));
    organizations("EnableAWSServiceAccess", "{\"ServicePrincipal\":\"account.amazonaws.com\"}");
    var unit =
        organizations(
                "CreateOrganizationalUnit",
                "{\"ParentId\":\"%s\",\"Name\":\"probe\"}".formatted(root))
            .at("/OrganizationalUnit/Id")
            .asString();
    var policy =
        organizations(
                "CreatePolicy",
                "{\"Name\":\"probe\",\"Description\":\"\",\"Type\":\"SERVICE_CONTROL_POLICY\",\"Content\":%s}"
                    .formatted(ProbeRequests.quoted(ALL)))
            .at("/Policy/PolicySummary/Id")
            .asString();
    organizations(
        "PutResourcePolicy", "{\"Content\":%s}".formatted(ProbeRequests.quoted(DELEGATION)));
    var member = makeAccount("member");
    var guest = makeAccount("guest");
    organizations("RemoveAccountFromOrganization", "{\"AccountId\":\"%s\"}".formatted(guest));
    var handshake =
        organizations(
                "InviteAccountToOrganization",
                "{\"Target\":{\"Id\":\"%s\",\"Type\":\"ACCOUNT\"}}".formatted(guest))
            .at("/Handshake/Id")
            .asString();
    call("organizations", "rootid", root);
    call("organizations", "parentid", root);
    call("organizations", "sourceparentid", root);
    call("organizations", "destinationparentid", unit);
    call("organizations", "organizationalunitid", unit);
    call("organizations", "policyid", policy);
    call("organizations", "resourceid", policy);
    call("organizations", "accountid", member);
    call("organizations", "targetid", member);
    call("organizations", "childid", member);
    call("organizations", "handshakeid", handshake);
    call("account", "accountid", member);
    call("sts", "targetprincipal", member);
    call("sts", "arn", "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials");
  }

  private String makeAccount(String name) throws IOException, InterruptedException {
    var request =
        organizations(
                "CreateAccount",
                "{\"AccountName\":\"%s\",\"Email\":\"%s@example.com\"}".formatted(name, name))
            .at("/CreateAccountStatus/Id")
            .asString();
    return organizations(
            "DescribeCreateAccountStatus", "{\"CreateAccountRequestId\":\"%s\"}".formatted(request))
        .at("/CreateAccountStatus/AccountId")
        .asString();
  }

  private JsonNode organizations(String operation, String body)
      throws IOException, InterruptedException {
    return to.json("organizations", "AWSOrganizationsV20161128." + operation, body);
  }

  private void makeQueue() throws IOException, InterruptedException {
    var url =
        to.json("sqs", "AmazonSQS.CreateQueue", "{\"QueueName\":\"probe\"}")
            .at("/QueueUrl")
            .asString();
    call("sqs", "queueurl", url);
    call("sqs", "sourcearn", "arn:aws:sqs:us-east-1:123456789012:probe");
    call("sqs", "destinationarn", "arn:aws:sqs:us-east-1:123456789012:probe");
  }

  private void makeLake() throws IOException, InterruptedException {
    var store = makeStore("probe", "[]");
    var activity =
        makeStore(
            "activity",
            "[{\"FieldSelectors\":[{\"Field\":\"eventCategory\",\"Equals\":[\"ActivityAuditLog\"]}]}]");
    var channel =
        cloudTrail(
                "CreateChannel",
                "{\"Name\":\"probe\",\"Source\":\"Custom\",\"Destinations\":[{\"Type\":\"EVENT_DATA_STORE\",\"Location\":\"%s\"}]}"
                    .formatted(activity))
            .at("/ChannelArn")
            .asString();
    call("cloudtrail", "eventdatastore", store);
    call("cloudtrail", "resourcearn", store);
    call("cloudtrail", "channel", channel);
    call(
        "cloudtrail",
        "querystatement",
        "SELECT eventID FROM " + store.substring(store.lastIndexOf('/') + 1));
    call("cloudtrail", "queryalias", "");
    call("cloudtrail", "deliverys3uri", "");
    call("cloudtraildata", "channelarn", channel);
    call("events", "connectionarn", "arn:aws:events:us-east-1:123456789012:connection/probe/1");
  }

  private String makeStore(String name, String selectors) throws IOException, InterruptedException {
    return cloudTrail(
            "CreateEventDataStore",
            "{\"Name\":\"%s\",\"TerminationProtectionEnabled\":false,\"AdvancedEventSelectors\":%s}"
                .formatted(name, selectors))
        .at("/EventDataStoreArn")
        .asString();
  }

  private JsonNode cloudTrail(String operation, String body)
      throws IOException, InterruptedException {
    return to.json("cloudtrail", "CloudTrail_20131101." + operation, body);
  }

  private void makeKey() throws IOException, InterruptedException {
    var key =
        to.json(
                "kms",
                "TrentService.CreateKey",
                "{\"MultiRegion\":true,\"Tags\":[{\"TagKey\":\"probe\",\"TagValue\":\"x\"}]}")
            .at("/KeyMetadata/KeyId")
            .asString();
    to.json(
        "kms",
        "TrentService.CreateAlias",
        "{\"AliasName\":\"alias/probe\",\"TargetKeyId\":\"%s\"}".formatted(key));
    var arn = "arn:aws:kms:us-east-1:123456789012:key/" + key;
    var sealed =
        to.json(
            "kms",
            "TrentService.Encrypt",
            "{\"KeyId\":\"%s\",\"Plaintext\":\"AQ==\",\"EncryptionContext\":{\"probe\":\"probe\"}}"
                .formatted(key));
    call("kms", "ciphertextblob", sealed.at("/CiphertextBlob").asString());
    call(
        "kms",
        "grantid",
        to.json(
                "kms",
                "TrentService.CreateGrant",
                "{\"KeyId\":\"%s\",\"GranteePrincipal\":\"arn:aws:iam::123456789012:role/probe\",\"Operations\":[\"Decrypt\"]}"
                    .formatted(key))
            .at("/GrantId")
            .asString());
    for (var member : new String[] {"keyid", "targetkeyid", "sourcekeyid", "destinationkeyid"}) {
      call("kms", member, arn);
    }
    call("kms", "aliasname", "alias/probe");
    call("kms", "granteeprincipal", "arn:aws:iam::123456789012:role/probe");
    call("kms", "retiringprincipal", "arn:aws:iam::123456789012:role/probe");
    call("kms", "xkskeyid", "");
    call("kms", "recipient", "");
    call("kms", "granteeserviceprincipal", "");
    call("kms", "retiringserviceprincipal", "");
    call("kms", "granttokens", "");
    call("kms", "granttoken", "");
  }
}
