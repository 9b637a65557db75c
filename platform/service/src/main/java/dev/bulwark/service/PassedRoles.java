package dev.bulwark.service;

import dev.bulwark.base.Arn;
import dev.bulwark.policy.Context;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is demanded of who has a service act in a role: otherwise it could be had to do what the
 * caller may not.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html">Permissions
 *     to pass a role to a service</a>
 */
public final class PassedRoles {
  private PassedRoles() {}

  /**
   * The permissions to pass roles.
   *
   * @param service that will assume them, for instance {@code s3.amazonaws.com}
   * @param roles their ARNs, null for none; what is no ARN is left to the operation's own checks
   */
  public static List<Permission> permissions(String service, @Nullable String... roles) {
    return Stream.of(roles)
        .filter(Objects::nonNull)
        .distinct()
        .flatMap(role -> Arn.tryParse(role).stream())
        .map(
            role ->
                new Permission(
                    "iam:PassRole",
                    Resource.of(role.toString()).ownedBy(role.account()),
                    Context.builder().put("iam:PassedToService", service).build()))
        .toList();
  }
}
