package dev.bulwark.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

  @ParameterizedTest
  @CsvSource({
    "CreateUser, CREATE_USER",
    "ListMFADevices, LIST_MFA_DEVICES",
    "ListObjectsV2, LIST_OBJECTS_V2",
    "CreateSAMLProvider, CREATE_SAML_PROVIDER",
    "DescribeDBInstances, DESCRIBE_DB_INSTANCES",
    "ListIPSets, LIST_IP_SETS",
    "GetEC2DeepInspectionConfiguration, GET_EC2_DEEP_INSPECTION_CONFIGURATION",
    "AssignIpv6Addresses, ASSIGN_IPV6_ADDRESSES",
    "ListRoleARNs, LIST_ROLE_ARNS",
    "ECC_NIST_P256, ECC_NIST_P256",
    "aws:kms, AWS_KMS",
    "t2.micro, T2_MICRO",
    "us-east-1, US_EAST_1",
    "24xlarge, _24XLARGE",
    "InProgress, IN_PROGRESS",
    "*, EMPTY",
  })
  void namesConstants(String name, String constant) {
    assertThat(Names.constant(name)).isEqualTo(constant);
  }

  @ParameterizedTest
  @CsvSource({
    "UserName, userName",
    "SAMLMetadataDocument, samlMetadataDocument",
    "ACL, acl",
    "ETag, eTag",
    "MFADevices, mfaDevices",
    "ARNs, arns",
    "EC2InstanceId, ec2InstanceId",
    "SHA256, sha256",
    "Default, default_",
    "Public, public_",
    "Shape, shape_",
    "Notify, notify_",
    "x-amz-date, xAmzDate",
    "Value, value",
    "Index, index",
  })
  void namesComponents(String member, String component) {
    assertThat(Names.component(member)).isEqualTo(component);
  }

  @Test
  void distinguishesNamesThatAreTaken() {
    var taken = new HashSet<String>();
    assertThat(Names.unique("ARN", taken)).isEqualTo("ARN");
    assertThat(Names.unique("ARN", taken)).isEqualTo("ARN_");
    assertThat(Names.unique("ARN", taken)).isEqualTo("ARN__");
  }
}
