package dev.bulwark.storage.s3;

import static dev.bulwark.storage.s3.ObjectsTest.assertCode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;

final class EncryptionTest {
  private static final byte[] KEY = new byte[32];
  private static final String CUSTOMER_KEY = Base64.getEncoder().encodeToString(KEY);
  private static final String CUSTOMER_MD5 = md5(KEY);

  private final Lab lab = new Lab();
  private final S3Client s3 = lab.root();

  private static String md5(byte[] key) {
    return Base64.getEncoder().encodeToString(ChecksumAlgorithm.messageDigest("MD5").digest(key));
  }

  @BeforeEach
  void makeBucket() {
    s3.createBucket(b -> b.bucket("shelf"));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static byte[] bytes(int size) {
    var bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static PutObjectRequest.Builder kms(PutObjectRequest.Builder b) {
    return b.bucket("shelf").key("k").serverSideEncryption("aws:kms").ssekmsKeyId(TestKeys.KEY);
  }

  private byte[] get() {
    return s3.getObjectAsBytes(b -> b.bucket("shelf").key("k")).asByteArray();
  }

  @ParameterizedTest
  @CsvSource({
    "aws:kms, false, 10",
    "aws:kms, true, 10",
    "aws:kms, true, 300000",
    "aws:kms, false, 300000",
    "aws:kms:dsse, false, 5000",
    "aws:kms:dsse, false, 300000"
  })
  void encryptsUnderAKeyOfKms(String algorithm, boolean bucketKey, int size) {
    var content = bytes(size);
    var put =
        s3.putObject(
            b -> kms(b).serverSideEncryption(algorithm).bucketKeyEnabled(bucketKey),
            RequestBody.fromBytes(content));
    assertThat(put.serverSideEncryptionAsString()).isEqualTo(algorithm);
    assertThat(put.ssekmsKeyId()).isEqualTo(TestKeys.KEY);
    assertThat(put.eTag()).isNotEqualTo('"' + hexMd5(content) + '"');
    var got = s3.getObjectAsBytes(b -> b.bucket("shelf").key("k"));
    assertThat(got.asByteArray()).isEqualTo(content);
    assertThat(got.response().serverSideEncryptionAsString()).isEqualTo(algorithm);
    assertThat(Boolean.TRUE.equals(got.response().bucketKeyEnabled())).isEqualTo(bucketKey);
    if (size > 100_000) {
      assertThat(
              s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").range("bytes=131000-131100"))
                  .asByteArray())
          .isEqualTo(Arrays.copyOfRange(content, 131_000, 131_101));
    }
    lab.kms.disabled.add(TestKeys.KEY);
    assertThatThrownBy(this::get)
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.statusCode()).isEqualTo(400);
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("KMS.DisabledException");
            });
    assertCode("KMS.DisabledException", () -> s3.putObject(b -> kms(b), RequestBody.empty()));
    // What is known of the object does not depend on its key.
    assertThat(s3.headObject(b -> b.bucket("shelf").key("k")).ssekmsKeyId())
        .isEqualTo(TestKeys.KEY);
    lab.kms.disabled.clear();
    assertThat(get()).isEqualTo(content);
  }

  private static String hexMd5(byte[] content) {
    return HexFormat.of().formatHex(ChecksumAlgorithm.messageDigest("MD5").digest(content));
  }

  @Test
  void aBucketKeyIsSharedByObjectsAndNotItsPermission() {
    for (int i = 0; i < 20; i++) {
      s3.putObject(b -> kms(b).bucketKeyEnabled(true), RequestBody.fromString("1"));
      get();
    }
    assertThat(lab.kms.generated).isEqualTo(1);
    assertThat(lab.kms.decrypted).isLessThanOrEqualTo(1);
    var reader = lab.user(Lab.ACCOUNT, "reader", Lab.allow("s3:GetObject", "*"));
    assertThatThrownBy(() -> reader.getObjectAsBytes(b -> b.bucket("shelf").key("k")))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> {
              assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
              assertThat(e.awsErrorDetails().errorMessage()).contains("kms:Decrypt");
            });
  }

  @Test
  void kmsSeesWhatIsEncrypted() {
    s3.putObject(b -> kms(b), RequestBody.fromString("1"));
    var mayRead =
        lab.user(
            Lab.ACCOUNT,
            "reader",
            """
            {"Version":"2012-10-17","Statement":[
              {"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},
              {"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{"StringEquals":{
                "kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::shelf/k",
                "kms:ViaService":"s3.us-east-1.amazonaws.com"}}}]}""");
    assertThat(mayRead.getObjectAsBytes(b -> b.bucket("shelf").key("k")).asUtf8String())
        .isEqualTo("1");
    s3.putObject(b -> kms(b).key("other"), RequestBody.fromString("1"));
    assertCode("AccessDenied", () -> mayRead.getObjectAsBytes(b -> b.bucket("shelf").key("other")));
  }

  @Test
  void aBucketEncryptsByItself() {
    s3.putBucketEncryption(
        b ->
            b.bucket("shelf")
                .serverSideEncryptionConfiguration(
                    c ->
                        c.rules(
                            ServerSideEncryptionRule.builder()
                                .applyServerSideEncryptionByDefault(
                                    d ->
                                        d.sseAlgorithm(ServerSideEncryption.AWS_KMS)
                                            .kmsMasterKeyID(TestKeys.KEY))
                                .bucketKeyEnabled(true)
                                .build())));
    var put = s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.fromString("1"));
    assertThat(put.serverSideEncryptionAsString()).isEqualTo("aws:kms");
    assertThat(put.bucketKeyEnabled()).isTrue();
    assertThat(
            s3.putObject(
                    b -> b.bucket("shelf").key("k").serverSideEncryption("AES256"),
                    RequestBody.fromString("1"))
                .serverSideEncryptionAsString())
        .isEqualTo("AES256");
    var rule =
        s3.getBucketEncryption(b -> b.bucket("shelf"))
            .serverSideEncryptionConfiguration()
            .rules()
            .getFirst();
    assertThat(rule.bucketKeyEnabled()).isTrue();
    assertThat(rule.applyServerSideEncryptionByDefault().kmsMasterKeyID()).isEqualTo(TestKeys.KEY);
    s3.deleteBucketEncryption(b -> b.bucket("shelf"));
    assertThat(
            s3.putObject(b -> b.bucket("shelf").key("k"), RequestBody.empty())
                .serverSideEncryptionAsString())
        .isEqualTo("AES256");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 200_000})
  void aClientKeepsItsKey(int size) {
    var content = bytes(size);
    var put =
        s3.putObject(
            b ->
                b.bucket("shelf")
                    .key("k")
                    .sseCustomerAlgorithm("AES256")
                    .sseCustomerKey(CUSTOMER_KEY)
                    .sseCustomerKeyMD5(CUSTOMER_MD5),
            RequestBody.fromBytes(content));
    assertThat(put.sseCustomerKeyMD5()).isEqualTo(CUSTOMER_MD5);
    assertThat(put.serverSideEncryption()).isNull();
    assertThat(
            s3.getObjectAsBytes(
                    b ->
                        b.bucket("shelf")
                            .key("k")
                            .sseCustomerAlgorithm("AES256")
                            .sseCustomerKey(CUSTOMER_KEY)
                            .sseCustomerKeyMD5(CUSTOMER_MD5))
                .asByteArray())
        .isEqualTo(content);
    assertThatThrownBy(this::get)
        .hasMessageContaining("The object was stored using a form of Server Side Encryption");
    var other = new byte[32];
    other[0] = 1;
    assertCode(
        "AccessDenied",
        () ->
            s3.getObjectAsBytes(
                b ->
                    b.bucket("shelf")
                        .key("k")
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(Base64.getEncoder().encodeToString(other))
                        .sseCustomerKeyMD5(md5(other))));
    s3.copyObject(
        b ->
            b.copySource("shelf/k")
                .copySourceSSECustomerAlgorithm("AES256")
                .copySourceSSECustomerKey(CUSTOMER_KEY)
                .copySourceSSECustomerKeyMD5(CUSTOMER_MD5)
                .destinationBucket("shelf")
                .destinationKey("k"));
    assertThat(get()).isEqualTo(content);
    assertThatThrownBy(
            () ->
                s3.getObjectAsBytes(
                    b ->
                        b.bucket("shelf")
                            .key("k")
                            .sseCustomerAlgorithm("AES256")
                            .sseCustomerKey(CUSTOMER_KEY)
                            .sseCustomerKeyMD5(CUSTOMER_MD5)))
        .hasMessageContaining("The encryption parameters are not applicable to this object.");
  }

  @Test
  void refusesKeysThatAreNotWhole() {
    assertCode(
        "InvalidArgument",
        () ->
            s3.putObject(
                b ->
                    b.bucket("shelf")
                        .key("k")
                        .sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(CUSTOMER_KEY)
                        .sseCustomerKeyMD5(md5(new byte[31])),
                RequestBody.empty()));
    assertCode(
        "InvalidEncryptionAlgorithmError",
        () ->
            s3.putObject(
                b ->
                    b.bucket("shelf")
                        .key("k")
                        .sseCustomerAlgorithm("AES128")
                        .sseCustomerKey(CUSTOMER_KEY)
                        .sseCustomerKeyMD5(CUSTOMER_MD5),
                RequestBody.empty()));
    assertCode(
        "KMS.NotFoundException",
        () -> s3.putObject(b -> kms(b).ssekmsKeyId("missing"), RequestBody.empty()));
    assertCode(
        "InvalidArgument",
        () ->
            s3.putObject(
                b -> b.bucket("shelf").key("k").serverSideEncryption("AES256").ssekmsKeyId("x"),
                RequestBody.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kms", "bucket-key", "customer"})
  void partsAreEncryptedLikeTheirObject(String kind) {
    var first = bytes(5 * 1024 * 1024);
    var second = bytes(100);
    boolean customer = kind.equals("customer");
    var upload =
        s3.createMultipartUpload(
                b -> {
                  b.bucket("shelf").key("k");
                  if (customer) {
                    b.sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(CUSTOMER_KEY)
                        .sseCustomerKeyMD5(CUSTOMER_MD5);
                  } else {
                    b.serverSideEncryption("aws:kms")
                        .ssekmsKeyId(TestKeys.KEY)
                        .bucketKeyEnabled(kind.equals("bucket-key"));
                  }
                })
            .uploadId();
    var parts = new CompletedPart[2];
    for (int i = 0; i < 2; i++) {
      int number = i + 1;
      var uploaded =
          s3.uploadPart(
              b -> {
                b.bucket("shelf").key("k").uploadId(upload).partNumber(number);
                if (customer) {
                  b.sseCustomerAlgorithm("AES256")
                      .sseCustomerKey(CUSTOMER_KEY)
                      .sseCustomerKeyMD5(CUSTOMER_MD5);
                }
              },
              RequestBody.fromBytes(i == 0 ? first : second));
      parts[i] = CompletedPart.builder().partNumber(number).eTag(uploaded.eTag()).build();
    }
    s3.completeMultipartUpload(
        b -> b.bucket("shelf").key("k").uploadId(upload).multipartUpload(m -> m.parts(parts)));
    var got =
        s3.getObjectAsBytes(
                b -> {
                  b.bucket("shelf").key("k").range("bytes=" + (first.length - 10) + "-");
                  if (customer) {
                    b.sseCustomerAlgorithm("AES256")
                        .sseCustomerKey(CUSTOMER_KEY)
                        .sseCustomerKeyMD5(CUSTOMER_MD5);
                  }
                })
            .asByteArray();
    assertThat(Arrays.copyOfRange(got, 10, 110)).isEqualTo(second);
    assertThat(Arrays.copyOf(got, 10))
        .isEqualTo(Arrays.copyOfRange(first, first.length - 10, first.length));
    if (!customer) {
      lab.kms.disabled.add(TestKeys.KEY);
      assertCode("KMS.DisabledException", this::get);
    }
  }

  @Test
  void aChangedBitIsNoticed() throws Exception {
    var content = "legible ".repeat(30_000).getBytes(StandardCharsets.UTF_8);
    s3.putObject(b -> kms(b), RequestBody.fromBytes(content));
    try (var files = Files.walk(lab.store.directory().resolve("blobs"))) {
      var file = files.filter(Files::isRegularFile).findFirst().orElseThrow();
      assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
          .doesNotContain("legible");
      try (var raw = new RandomAccessFile(file.toFile(), "rw")) {
        raw.seek(100_000);
        int before = raw.read();
        raw.seek(100_000);
        raw.write(before ^ 1);
      }
    }
    assertThatThrownBy(this::get).isNotNull();
    // The blocks before it are none the worse.
    assertThat(
            s3.getObjectAsBytes(b -> b.bucket("shelf").key("k").range("bytes=0-99")).asByteArray())
        .isEqualTo(Arrays.copyOf(content, 100));
  }
}
