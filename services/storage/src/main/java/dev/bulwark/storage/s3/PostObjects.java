package dev.bulwark.storage.s3;

import dev.bulwark.access.FormSignatures;
import dev.bulwark.api.s3.PostObjectOutput;
import dev.bulwark.api.s3.PostObjectRequest;
import dev.bulwark.api.s3.Tag;
import dev.bulwark.schema.Body;
import dev.bulwark.service.Call;
import dev.bulwark.wire.HttpHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * PostObject: uploads from HTML forms, which carry their own signature and a policy.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html">POST
 *     Object</a>
 */
final class PostObjects {
  private static final int MOST_FIELD_BYTES = 20_000;
  private static final String FILE_NAME = "${filename}";
  private static final Pattern TAG =
      Pattern.compile("<Tag>\\s*<Key>([^<]*)</Key>\\s*<Value>([^<]*)</Value>\\s*</Tag>");

  private final Buckets buckets;
  private final ObjectWrites writes;
  private final S3Permissions permissions;
  private final FormSignatures signatures;

  PostObjects(
      Buckets buckets, ObjectWrites writes, S3Permissions permissions, FormSignatures signatures) {
    this.buckets = buckets;
    this.writes = writes;
    this.permissions = permissions;
    this.signatures = signatures;
  }

  /** A form, up to its file. */
  private record Form(Map<String, String> fields, FormReader.Part file) {
    @Nullable String field(String name) {
      return fields.get(name);
    }
  }

  PostObjectOutput post(PostObjectRequest in, Call call) {
    var bucket = buckets.require(in.bucket(), call);
    try {
      var body = in.body() == null ? Body.empty() : in.body();
      var form = read(FormReader.of(body.stream(), in.contentType()), in.bucket());
      return post(form, in.bucket(), bucket, call);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Form read(FormReader reader, String bucket) throws IOException {
    var fields = new LinkedHashMap<String, String>();
    int size = 0;
    for (var part = reader.next(); part != null; part = reader.next()) {
      var name = part.name().toLowerCase(Locale.ROOT);
      if (name.equals("file")) {
        expandFileName(fields, part.fileName());
        fields.put("bucket", bucket);
        return new Form(fields, part);
      }
      var value = part.content().readNBytes(MOST_FIELD_BYTES + 1);
      size += name.length() + value.length;
      if (size > MOST_FIELD_BYTES) {
        throw S3Errors.fieldsTooLarge();
      }
      // Of a field that comes twice, the first counts.
      fields.putIfAbsent(name, new String(value, StandardCharsets.UTF_8));
    }
    throw S3Errors.missingPostField("file");
  }

  /** Browsers may send a path with the name. */
  private static void expandFileName(Map<String, String> fields, @Nullable String fileName) {
    var name = Objects.requireNonNullElse(fileName, "");
    int slash = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
    fields.replaceAll(
        (field, value) ->
            field.equals("policy") ? value : value.replace(FILE_NAME, name.substring(slash + 1)));
  }

  private PostObjectOutput post(Form form, String name, LoadedBucket bucket, Call call) {
    var key = form.field("key");
    if (key == null || key.isEmpty()) {
      throw S3Errors.missingPostField("key");
    }
    ObjectRequests.checkKey(key);
    long least = 0;
    long most = Limits.PUT_BYTES;
    var policyText = form.field("policy");
    if (policyText != null) {
      call.identify(signatures.authenticate(call.authentication(), form.fields(), policyText));
      var policy = PostPolicy.parse(policyText);
      nameAsSigned(form, policy, bucket.through());
      policy.check(form.fields(), call.time());
      least = policy.least();
      most = policy.most();
    }
    var terms = terms(form);
    var tagging = tagging(form.field("tagging"));
    permissions.put(name, key, tagging, null, terms, call).forEach(call::require);
    var incoming =
        new ObjectWrites.Incoming(
            bucket,
            key,
            terms,
            Integrity.of(terms, ChecksumAlgorithm.CRC64NVME),
            new Body(new BoundedStream(form.file().content(), least, most), -1),
            headers(form),
            TagSets.ofHeader(tagging),
            null,
            null);
    return writes.take(
        incoming,
        call,
        (object, expiration) -> posted(form, name, bucket.record(), key, object, call));
  }

  /**
   * An access point has several names, and clients sign the one that they were given, whichever
   * stands in the address.
   */
  private static void nameAsSigned(Form form, PostPolicy policy, @Nullable AccessPoint point) {
    if (point != null) {
      point
          .names()
          .filter(policy::isForBucket)
          .findFirst()
          .ifPresent(name -> form.fields().put("bucket", name));
    }
  }

  /** The fields that other uploads have as headers. */
  private static HttpHeaders terms(Form form) {
    var headers = new HttpHeaders();
    form.fields()
        .forEach(
            (name, value) -> {
              if (name.equals("acl")) {
                headers.add("x-amz-acl", value);
              } else if (name.startsWith("x-amz-") && !name.startsWith("x-amz-meta-")) {
                headers.add(name, value);
              }
            });
    return headers;
  }

  private static ObjectHeaders headers(Form form) {
    var metadata = new TreeMap<String, String>();
    form.fields()
        .forEach(
            (name, value) -> {
              if (name.startsWith("x-amz-meta-")) {
                metadata.put(name.substring("x-amz-meta-".length()), value);
              }
            });
    return new ObjectHeaders(
        form.field("content-type"),
        form.field("cache-control"),
        form.field("content-disposition"),
        form.field("content-encoding"),
        null,
        form.field("expires"),
        form.field("x-amz-website-redirect-location"),
        ObjectRequests.storageClass(form.field("x-amz-storage-class")),
        ObjectRequests.metadata(metadata));
  }

  /** The tags of the form's document, in the form that headers have. */
  private static @Nullable String tagging(@Nullable String xml) {
    if (xml == null || xml.isBlank()) {
      return null;
    }
    var tags =
        TAG.matcher(xml)
            .results()
            .map(
                found ->
                    Tag.builder().key(text(found.group(1))).value(text(found.group(2))).build())
            .toList();
    var rest = TAG.matcher(xml).replaceAll("").replaceAll("\\s|<\\?xml[^>]*>", "");
    if (!rest.equals("<Tagging><TagSet></TagSet></Tagging>")
        && !rest.equals("<Tagging></Tagging>")) {
      throw S3Errors.malformedXml();
    }
    var header = new StringBuilder();
    TagSets.ofList(tags, false)
        .forEach(
            (key, value) ->
                header
                    .append(header.isEmpty() ? "" : "&")
                    .append(URLEncoder.encode(key, StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return header.toString();
  }

  private static String text(String escaped) {
    return escaped
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
  }

  // The answer

  private static PostObjectOutput posted(
      Form form, String name, BucketRecord bucket, String key, ObjectRecord object, Call call) {
    var location = ObjectRequests.location(name, key, call);
    var output =
        PostObjectOutput.builder()
            .eTag(object.eTag())
            .location(location)
            .versionId(object.extras().versionId());
    new EncryptionAnswer(object.encryption(), null)
        .send(output::serverSideEncryption, output::ssekmsKeyId, flag -> {});
    var redirect = redirect(form, bucket.name(), key, object);
    if (redirect != null) {
      return output.statusCode(303).location(redirect).build();
    }
    return switch (Objects.requireNonNullElse(form.field("success_action_status"), "")) {
      case "200" -> output.statusCode(200).build();
      case "201" ->
          output
              .statusCode(201)
              .contentType("application/xml")
              .body(Body.of(document(location, bucket.name(), key, object)))
              .build();
      default -> output.statusCode(204).build();
    };
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Where the browser is to go; null where that is no address. */
  private static @Nullable String redirect(
      Form form, String bucket, String key, ObjectRecord object) {
    var wanted = form.field("success_action_redirect");
    if (wanted == null) {
      wanted = form.field("redirect");
    }
    if (wanted == null) {
      return null;
    }
    try {
      var uri = URI.create(wanted);
      var scheme = Objects.requireNonNullElse(uri.getScheme(), "");
      if (!scheme.equals("http") && !scheme.equals("https")) {
        return null;
      }
      return wanted
          + (uri.getRawQuery() == null ? "?" : "&")
          + "bucket="
          + encoded(bucket)
          + "&key="
          + encoded(key)
          + "&etag="
          + encoded(object.eTag());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static byte[] document(String location, String bucket, String key, ObjectRecord object) {
    return ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Location>"
            + escaped(location)
            + "</Location><Bucket>"
            + bucket
            + "</Bucket><Key>"
            + escaped(key)
            + "</Key><ETag>"
            + escaped(object.eTag())
            + "</ETag></PostResponse>")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
