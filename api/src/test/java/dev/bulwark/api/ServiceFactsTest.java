package dev.bulwark.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.api.iam.CreateUserRequest;
import dev.bulwark.api.iam.IamApi;
import dev.bulwark.api.iam.NoSuchEntityException;
import dev.bulwark.api.iam.Tag;
import dev.bulwark.api.kms.KeySpec;
import dev.bulwark.api.secretsmanager.PutSecretValueRequest;
import dev.bulwark.api.sqs.QueueDoesNotExist;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Facts of single services that routing, authorization and the audit log rest on. */
class ServiceFactsTest {

  private static ServiceInfo info(String id) {
    return requireNonNull(ServiceCatalog.find(id));
  }

  @Test
  void recordsAreBuiltByNameAndCopied() {
    var request =
        CreateUserRequest.builder()
            .userName("ada")
            .tags(List.of(Tag.builder().key("team").value("engines").build()))
            .build();
    assertThat(request.userName()).isEqualTo("ada");
    assertThat(request.path()).isNull();
    assertThat(request.toBuilder().path("/math/").build().tags()).isEqualTo(request.tags());
    assertThat(request.toBuilder().build()).isEqualTo(request);
    assertThat(request.shape()).isSameAs(IamApi.CREATE_USER.input());
  }

  @Test
  void textOfARecordHidesSecrets() {
    var request =
        PutSecretValueRequest.builder()
            .secretId("db")
            .secretString("hunter2")
            .secretBinary("hunter2".getBytes(StandardCharsets.UTF_8))
            .build();
    assertThat(request.toString()).contains("db").doesNotContain("hunter2");
  }

  @Test
  void errorsCarryTheCodeOfTheWire() {
    var error = new NoSuchEntityException("The user with name ada cannot be found.");
    assertThat(error.code()).isEqualTo("NoSuchEntity");
    assertThat(error.httpStatus()).isEqualTo(404);
    assertThat(new QueueDoesNotExist("gone").code())
        .isEqualTo("AWS.SimpleQueueService.NonExistentQueue");
    assertThat(new QueueDoesNotExist("gone").type()).isEqualTo("QueueDoesNotExist");
  }

  @Test
  void enumerationsMapValues() {
    assertThat(KeySpec.fromValue("RSA_2048")).isEqualTo(KeySpec.RSA_2048);
    assertThat(KeySpec.fromValue("ROT_13")).isNull();
  }

  @Test
  void prefixesDifferFromEndpointsWhereAwsHasThemSo() {
    assertThat(info("cloudwatch").actionPrefix()).isEqualTo("cloudwatch");
    assertThat(info("cloudwatch").signingName()).isEqualTo("monitoring");
    assertThat(info("cloudwatch").eventSource()).isEqualTo("monitoring.amazonaws.com");
    assertThat(info("resourcegroupstaggingapi").actionPrefix()).isEqualTo("tag");
    assertThat(info("resourcegroupstaggingapi").eventSource()).isEqualTo("tagging.amazonaws.com");
    assertThat(info("cloudhsmv2").signingName()).isEqualTo("cloudhsm");
    assertThat(info("s3control").actionPrefix()).isEqualTo("s3");
    assertThat(info("elbv2").endpointPrefix()).isEqualTo("elasticloadbalancing");
  }

  @Test
  void someServicesSpeakSeveralProtocols() {
    assertThat(info("cloudwatch").protocols())
        .containsExactly(Protocol.RPC_V2_CBOR, Protocol.AWS_JSON_1_0, Protocol.QUERY);
    assertThat(info("sqs").protocols()).containsExactly(Protocol.AWS_JSON_1_0, Protocol.QUERY);
    assertThat(info("sqs").queryCompatible()).isTrue();
    assertThat(info("route53").xmlNamespace())
        .isEqualTo("https://route53.amazonaws.com/doc/2013-04-01/");
    assertThat(info("s3").xmlNamespace()).isEqualTo("http://s3.amazonaws.com/doc/2006-03-01/");
  }

  @Test
  void sqsHasOtherNamesInTheQueryProtocolThanInJson() {
    var model = ServiceCatalog.model("sqs");
    var attributes = requireNonNull(model.shape("CreateQueueRequest").memberNamed("Attributes"));
    assertThat(attributes.wireName()).isEqualTo("Attributes");
    assertThat(attributes.queryWireName()).isEqualTo("Attribute");
    assertThat(attributes.flattened()).isTrue();
    assertThat(attributes.target().key().queryWireName()).isEqualTo("Name");
    assertThat(requireNonNull(model.findOperation("SendMessage")).resultWrapper())
        .isEqualTo("SendMessageResult");
    assertThat(requireNonNull(model.findOperation("DeleteMessage")).resultWrapper()).isNull();
  }

  @Test
  void operationsThatTakeNoSignatureAreKnown() {
    assertThat(
            requireNonNull(ServiceCatalog.model("sts").findOperation("AssumeRoleWithWebIdentity"))
                .anonymous())
        .isTrue();
    assertThat(requireNonNull(ServiceCatalog.model("sts").findOperation("AssumeRole")).anonymous())
        .isFalse();
  }

  @Test
  void operationsLeftOutOfHugeServicesStayKnown() {
    var ec2 = ServiceCatalog.model("ec2");
    assertThat(ec2.findOperation("RunInstances")).isNotNull();
    assertThat(ec2.findOperation("PurchaseCapacityBlock")).isNull();
    assertThat(ec2.knows("PurchaseCapacityBlock")).isTrue();
    assertThat(ec2.knows("PurchaseMoon")).isFalse();
  }
}
