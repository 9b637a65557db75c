package dev.bulwark.logs.protection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataProtectionTest {
  private static final String POLICY =
      """
      {"Name":"p","Version":"2021-06-01","Statement":[
       {"DataIdentifier":[%1$s],"Operation":{"Audit":{"FindingsDestination":{}}}},
       {"DataIdentifier":[%1$s],"Operation":{"Deidentify":{"MaskConfig":{}}}}],
       "Configuration":{"CustomDataIdentifier":[{"Name":"Employee","Regex":"E-\\\\d{4}"}]}}""";

  private static DataProtection of(String identifier) throws InvalidProtectionException {
    return DataProtection.parse(
        POLICY.formatted(
            '"'
                + (identifier.equals("Employee")
                    ? identifier
                    : "arn:aws:dataprotection::aws:data-identifier/" + identifier)
                + '"'));
  }

  @ParameterizedTest
  @CsvSource({
    "EmailAddress, 'to ann@example.com now', 'to *************** now'",
    "EmailAddress, 'ann at example.com', 'ann at example.com'",
    "IpAddress, 'from 203.0.113.7:80', 'from ***********:80'",
    "IpAddress, 'version 1.2.3', 'version 1.2.3'",
    "IpAddress, 'from 2001:db8::1', 'from ***********'",
    "CreditCardNumber, 'card 4111 1111 1111 1111', 'card *******************'",
    "CreditCardNumber, 'card 4111111111111112', 'card 4111111111111112'",
    "Ssn-US, 'ssn 123-45-6789', 'ssn ***********'",
    "Ssn-US, 'ssn 000-45-6789', 'ssn 000-45-6789'",
    "PhoneNumber-US, 'phone: 206-555-0100', 'phone: ************'",
    "PhoneNumber-US, 'order 206-555-0100', 'order 206-555-0100'",
    "VehicleIdentificationNumber, 'vin 1M8GDM9AXKP042788', 'vin *****************'",
    "VehicleIdentificationNumber, 'vin 1M8GDM9A1KP042788', 'vin 1M8GDM9A1KP042788'",
    "Employee, 'by E-1234 and E-5678', 'by ****** and ******'"
  })
  void masksWhatItIsToldTo(String identifier, String message, String masked)
      throws InvalidProtectionException {
    assertThat(of(identifier).masked(message)).isEqualTo(masked);
  }

  @Test
  void masksSecretsBesideTheirKeywordAlone() throws InvalidProtectionException {
    var secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    var protection = of("AwsSecretKey");
    assertThat(protection.masked("aws_secret_access_key = " + secret))
        .isEqualTo("aws_secret_access_key = " + "*".repeat(40));
    assertThat(protection.masked("digest " + secret)).isEqualTo("digest " + secret);
  }

  @Test
  void masksPrivateKeys() throws InvalidProtectionException {
    var key = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----";
    assertThat(of("OpenSshPrivateKey").masked("a " + key + " b"))
        .isEqualTo("a " + "*".repeat(key.length()) + " b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "{}",
        "{'Name':'p','Version':'2012-10-17','Statement':[]}",
        "{'Name':'p','Version':'2021-06-01','Statement':[]}",
        "{'Name':'p','Version':'2021-06-01','Statement':[{'DataIdentifier':['x'],'Operation':{'Audit':{'FindingsDestination':{}}}}]}",
        "{'Name':'p','Version':'2021-06-01','Statement':[{'DataIdentifier':['x'],'Operation':{'Audit':{'FindingsDestination':{}}}},{'DataIdentifier':['y'],'Operation':{'Deidentify':{'MaskConfig':{}}}}]}",
        "{'Name':'p','Version':'2021-06-01','Statement':[{'DataIdentifier':['x'],'Operation':{'Audit':{'FindingsDestination':{}}}},{'DataIdentifier':['x'],'Operation':{'Deidentify':{'MaskConfig':{}}}}]}"
      })
  void refusesWhatIsNoPolicy(String document) {
    assertThatThrownBy(() -> DataProtection.parse(document.replace('\'', '"')))
        .isInstanceOf(InvalidProtectionException.class);
  }
}
