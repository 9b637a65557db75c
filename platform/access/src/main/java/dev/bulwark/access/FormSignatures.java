package dev.bulwark.access;

import dev.bulwark.schema.ApiException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks the signature of an HTML form that is posted to S3: over the policy in the form, in place
 * of the request. Thread-safe.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html">
 *     Browser-based uploads using POST</a>
 */
public final class FormSignatures {
  private static final S3AuthErrors ERRORS = new S3AuthErrors();

  private final CredentialSource credentials;
  private final Clock clock;
  private final Clock clientClock;
  private final SigningKeys keys = new SigningKeys();

  /**
   * @param clock by which temporary credentials end
   * @param clientClock the real time
   */
  public FormSignatures(CredentialSource credentials, Clock clock, Clock clientClock) {
    this.credentials = credentials;
    this.clock = clock;
    this.clientClock = clientClock;
  }

  /**
   * Finds out who signed a form.
   *
   * @param request as it came, without a signature of its own
   * @param fields of the form, by their names in lower case
   * @param policy the policy as it stands in the form
   * @throws ApiException in S3's words, where it is not signed as it should be
   */
  public Authentication authenticate(
      Authentication request, Map<String, String> fields, String policy) {
    if (fields.containsKey("awsaccesskeyid")
        || !Canonical.ALGORITHM.equals(fields.get("x-amz-algorithm"))) {
      throw ERRORS.unsupported("", true);
    }
    var given = required(fields, "x-amz-credential");
    var scope = CredentialScope.parse(given);
    if (scope == null) {
      throw ERRORS.malformedCredential(given, true);
    }
    var date = required(fields, "x-amz-date");
    var time = AmzDate.parse(date);
    if (time == null) {
      throw ERRORS.badDate(date, true);
    }
    if (!scope.hasPlainDate()
        || !date.startsWith(scope.date())
        || !scope.service().equals("s3")
        || !scope.terminator().equals(CredentialScope.TERMINATOR)) {
      throw ERRORS.malformedCredential(given, true);
    }
    var credential = credential(scope.accessKeyId(), fields.get("x-amz-security-token"));
    var text = policy.getBytes(StandardCharsets.UTF_8);
    var signature = Crypto.hmac(keys.find(credential, scope), text, 0, text.length);
    var expected = new Bytes(64).hex(signature).toByteArray();
    var provided = required(fields, "x-amz-signature").getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(expected, provided)) {
      throw S3AuthErrors.mismatch()
          .with("AWSAccessKeyId", credential.accessKeyId())
          .with("StringToSign", policy);
    }
    return new Authentication(
        credential.principal(),
        credential.accessKeyId(),
        scope.region(),
        scope.service(),
        List.of(),
        Authentication.Type.POST,
        Duration.between(time, clientClock.instant()),
        request.request());
  }

  private Credential credential(String id, @Nullable String token) {
    var credential = credentials.find(id, token);
    if (credential == null
        || !credential.active()
        || !credential.accessKeyId().equals(id)
        || (credential.expires() == null) != (token == null)) {
      throw ERRORS.unknown(id, token);
    }
    if (credential.expires() != null && !clock.instant().isBefore(credential.expires())) {
      throw ERRORS.expiredToken(token);
    }
    return credential;
  }

  private static String required(Map<String, String> fields, String name) {
    var value = fields.get(name);
    if (value == null) {
      throw new ApiException(
              "InvalidArgument",
              400,
              "Bucket POST must contain a field named '"
                  + name
                  + "'.  If it is specified, please check the order of the fields.")
          .with("ArgumentName", name)
          .with("ArgumentValue", "");
    }
    return value;
  }
}
