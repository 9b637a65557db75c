package dev.bulwark.storage.s3;

import java.util.Locale;
import java.util.Set;

/**
 * Which actions are about objects, and which about buckets.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html">Actions,
 *     resources, and condition keys for Amazon S3</a>
 */
final class S3Actions {
  private static final Set<String> ON_OBJECTS =
      Set.of(
          "abortmultipartupload",
          "bypassgovernanceretention",
          "deleteobject",
          "deleteobjecttagging",
          "deleteobjectversion",
          "deleteobjectversiontagging",
          "getobject",
          "getobjectacl",
          "getobjectattributes",
          "getobjectlegalhold",
          "getobjectretention",
          "getobjecttagging",
          "getobjecttorrent",
          "getobjectversion",
          "getobjectversionacl",
          "getobjectversionattributes",
          "getobjectversionforreplication",
          "getobjectversiontagging",
          "getobjectversiontorrent",
          "initiatereplication",
          "listmultipartuploadparts",
          "objectowneroverridetobucketowner",
          "putobject",
          "putobjectacl",
          "putobjectlegalhold",
          "putobjectretention",
          "putobjecttagging",
          "putobjectversionacl",
          "putobjectversiontagging",
          "replicatedelete",
          "replicateobject",
          "replicatetags",
          "restoreobject",
          "updateobjectencryption");

  private S3Actions() {}

  /**
   * Whether an action's resources are objects.
   *
   * @param name without the {@code s3:}
   */
  static boolean isOnObjects(String name) {
    return ON_OBJECTS.contains(name.toLowerCase(Locale.ROOT));
  }
}
