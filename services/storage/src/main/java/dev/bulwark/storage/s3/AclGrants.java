package dev.bulwark.storage.s3;

import dev.bulwark.api.s3.AccessControlPolicy;
import dev.bulwark.api.s3.Grant;
import dev.bulwark.api.s3.Grantee;
import dev.bulwark.wire.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Access control lists as requests give them: a canned one, headers, or a document.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html">Access
 *     control list overview</a>
 */
final class AclGrants {
  static final String ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
  static final String AUTHENTICATED_USERS =
      "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
  static final String LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";
  static final String BUCKET_OWNER_FULL_CONTROL = "bucket-owner-full-control";

  private static final Set<String> GROUPS = Set.of(ALL_USERS, AUTHENTICATED_USERS, LOG_DELIVERY);
  private static final int MOST = 100;
  private static final Pattern CANONICAL_ID = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern HEADER_GRANTEE =
      Pattern.compile("\\s*(id|uri|emailAddress)\\s*=\\s*\"?([^\"]*)\"?\\s*");

  /** The headers that grant, and what. */
  private static final Map<String, Acl.Permission> HEADERS =
      Map.of(
          "x-amz-grant-full-control", Acl.Permission.FULL_CONTROL,
          "x-amz-grant-read", Acl.Permission.READ,
          "x-amz-grant-read-acp", Acl.Permission.READ_ACP,
          "x-amz-grant-write", Acl.Permission.WRITE,
          "x-amz-grant-write-acp", Acl.Permission.WRITE_ACP);

  private AclGrants() {}

  /** Whether the headers say anything of access control. */
  static boolean given(HttpHeaders headers) {
    if (headers.first("x-amz-acl") != null) {
      return true;
    }
    for (var name : HEADERS.keySet()) {
      if (headers.first(name) != null) {
        return true;
      }
    }
    return false;
  }

  /**
   * What the headers of a request grant.
   *
   * @param owner the account that is to own what the list is of
   * @param bucketOwner of the bucket, where the list is of an object; else null
   */
  static Acl ofHeaders(HttpHeaders headers, String owner, @Nullable String bucketOwner) {
    var canned = headers.first("x-amz-acl");
    var grants = new ArrayList<Acl.Grant>();
    HEADERS.forEach(
        (name, permission) -> {
          for (var value : headers.all(name)) {
            for (var grantee : value.split(",")) {
              grants.add(new Acl.Grant(headerGrantee(grantee, name, value), permission));
            }
          }
        });
    if (canned != null && !grants.isEmpty()) {
      throw S3Errors.invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed");
    }
    if (canned == null && !grants.isEmpty()) {
      return checked(new Acl(owner, grants));
    }
    return ofCanned(canned == null ? "private" : canned, owner, bucketOwner);
  }

  private static Acl ofCanned(String canned, String owner, @Nullable String bucketOwner) {
    var grants = new ArrayList<>(Acl.ofOwner(owner).grants());
    switch (canned) {
      case "private" -> {}
      case "public-read" -> grants.add(new Acl.Grant(ALL_USERS, Acl.Permission.READ));
      case "public-read-write" -> {
        grants.add(new Acl.Grant(ALL_USERS, Acl.Permission.READ));
        grants.add(new Acl.Grant(ALL_USERS, Acl.Permission.WRITE));
      }
      case "authenticated-read" ->
          grants.add(new Acl.Grant(AUTHENTICATED_USERS, Acl.Permission.READ));
      case "log-delivery-write" -> {
        grants.add(new Acl.Grant(LOG_DELIVERY, Acl.Permission.WRITE));
        grants.add(new Acl.Grant(LOG_DELIVERY, Acl.Permission.READ_ACP));
      }
      case "bucket-owner-read" -> toBucketOwner(grants, bucketOwner, owner, Acl.Permission.READ);
      case BUCKET_OWNER_FULL_CONTROL ->
          toBucketOwner(grants, bucketOwner, owner, Acl.Permission.FULL_CONTROL);
      // AWS grants the images of EC2 here; there is nobody to grant it to.
      case "aws-exec-read" -> throw S3Errors.notBuilt("The canned ACL aws-exec-read");
      default -> throw S3Errors.invalidArgument("", "x-amz-acl", canned);
    }
    return new Acl(owner, grants);
  }

  private static void toBucketOwner(
      List<Acl.Grant> grants,
      @Nullable String bucketOwner,
      String owner,
      Acl.Permission permission) {
    if (bucketOwner != null && !bucketOwner.equals(owner)) {
      grants.add(new Acl.Grant(CanonicalUsers.idOf(bucketOwner), permission));
    }
  }

  private static String headerGrantee(String text, String header, String value) {
    var matcher = HEADER_GRANTEE.matcher(text);
    if (!matcher.matches()) {
      throw S3Errors.invalidArgument("Argument format not recognized", header, value);
    }
    return switch (matcher.group(1)) {
      case "id" -> canonicalId(matcher.group(2));
      case "uri" -> group(matcher.group(2));
      default -> throw S3Errors.unresolvableGrant(matcher.group(2));
    };
  }

  private static String canonicalId(String id) {
    if (!CANONICAL_ID.matcher(id).matches()) {
      throw S3Errors.invalidArgument("Invalid id", "CanonicalUser/ID", id);
    }
    return id;
  }

  private static String group(String uri) {
    if (!GROUPS.contains(uri)) {
      throw S3Errors.invalidArgument("Invalid group uri", "uri", uri);
    }
    return uri;
  }

  /** What a document grants. It may not change the owner. */
  static Acl ofDocument(AccessControlPolicy document, String owner) {
    if (document.owner() == null || document.grants() == null) {
      throw S3Errors.malformedAcl();
    }
    if (!CanonicalUsers.idOf(owner).equals(document.owner().id())) {
      throw S3Errors.accessDenied();
    }
    var grants = new ArrayList<Acl.Grant>();
    for (var grant : document.grants()) {
      if (grant.grantee() == null) {
        throw S3Errors.malformedAcl();
      }
      grants.add(new Acl.Grant(grantee(grant.grantee()), permission(grant.permission())));
    }
    return checked(new Acl(owner, grants));
  }

  private static Acl checked(Acl acl) {
    if (acl.grants().size() > MOST) {
      throw S3Errors.malformedAcl();
    }
    return acl;
  }

  /** Whom a document names. */
  static String grantee(Grantee grantee) {
    if (grantee.id() != null) {
      return canonicalId(grantee.id());
    }
    if (grantee.uri() != null) {
      return group(grantee.uri());
    }
    if (grantee.emailAddress() != null) {
      throw S3Errors.unresolvableGrant(grantee.emailAddress());
    }
    throw S3Errors.malformedAcl();
  }

  private static Acl.Permission permission(@Nullable String name) {
    for (var permission : Acl.Permission.values()) {
      if (permission.name().equals(name)) {
        return permission;
      }
    }
    throw S3Errors.malformedAcl();
  }

  /** The grants as answers show them. */
  static List<Grant> view(Acl acl) {
    return acl.grants().stream()
        .map(
            grant ->
                Grant.builder()
                    .grantee(
                        grant.toGroup()
                            ? Grantee.builder().type("Group").uri(grant.grantee()).build()
                            : Grantee.builder().type("CanonicalUser").id(grant.grantee()).build())
                    .permission(grant.permission().name())
                    .build())
        .toList();
  }

  /** Whether a list grants anything to everybody, or to all who have an account. */
  static boolean isPublic(Acl acl) {
    return acl.grants().stream()
        .anyMatch(
            grant ->
                grant.grantee().equals(ALL_USERS) || grant.grantee().equals(AUTHENTICATED_USERS));
  }
}
