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

  /** All of them, in lower case. */
  private static final Set<String> ALL =
      Set.of(
          """
          abortmultipartupload allowvendedlogdeliveryforresource
          associateaccessgrantsidentitycenter bypassgovernanceretention createaccessgrant
          createaccessgrantsinstance createaccessgrantslocation createaccesspoint
          createaccesspointforobjectlambda createbucket createbucketmetadatatableconfiguration
          createjob createmultiregionaccesspoint createstoragelensgroup deleteaccessgrant
          deleteaccessgrantsinstance deleteaccessgrantsinstanceresourcepolicy
          deleteaccessgrantslocation deleteaccesspoint deleteaccesspointforobjectlambda
          deleteaccesspointpolicy deleteaccesspointpolicyforobjectlambda deletebucket
          deletebucketmetadatatableconfiguration deletebucketpolicy deletebucketwebsite
          deletejobtagging deletemultiregionaccesspoint deleteobject deleteobjectannotation
          deleteobjecttagging deleteobjectversion deleteobjectversionannotation
          deleteobjectversiontagging deletestoragelensconfiguration
          deletestoragelensconfigurationtagging deletestoragelensgroup describejob
          describemultiregionaccesspointoperation dissociateaccessgrantsidentitycenter
          getaccelerateconfiguration getaccessgrant getaccessgrantsinstance
          getaccessgrantsinstanceforprefix getaccessgrantsinstanceresourcepolicy
          getaccessgrantslocation getaccesspoint getaccesspointconfigurationforobjectlambda
          getaccesspointforobjectlambda getaccesspointpolicy getaccesspointpolicyforobjectlambda
          getaccesspointpolicystatus getaccesspointpolicystatusforobjectlambda
          getaccountpublicaccessblock getanalyticsconfiguration getbucketabac getbucketacl
          getbucketcors getbucketlocation getbucketlogging getbucketmetadatatableconfiguration
          getbucketnotification getbucketobjectlockconfiguration getbucketownershipcontrols
          getbucketpolicy getbucketpolicystatus getbucketpublicaccessblock
          getbucketrequestpayment getbuckettagging getbucketversioning getbucketwebsite
          getdataaccess getencryptionconfiguration getintelligenttieringconfiguration
          getinventoryconfiguration getjobtagging getlifecycleconfiguration
          getmetricsconfiguration getmultiregionaccesspoint getmultiregionaccesspointpolicy
          getmultiregionaccesspointpolicystatus getmultiregionaccesspointroutes getobject
          getobjectacl getobjectannotation getobjectattributes getobjectlegalhold
          getobjectretention getobjecttagging getobjecttorrent getobjectversion
          getobjectversionacl getobjectversionannotation
          getobjectversionannotationforreplication getobjectversionattributes
          getobjectversionforreplication getobjectversiontagging getobjectversiontorrent
          getreplicationconfiguration getstoragelensconfiguration
          getstoragelensconfigurationtagging getstoragelensdashboard getstoragelensgroup
          initiatereplication listaccessgrants listaccessgrantsinstances
          listaccessgrantslocations listaccesspoints listaccesspointsforobjectlambda
          listallmybuckets listbucket listbucketmultipartuploads listbucketversions
          listcalleraccessgrants listjobs listmultipartuploadparts listmultiregionaccesspoints
          listobjectannotations listobjectversionannotations liststoragelensconfigurations
          liststoragelensgroups listtagsforresource objectowneroverridetobucketowner
          pausereplication putaccelerateconfiguration putaccessgrantsinstanceresourcepolicy
          putaccesspointconfigurationforobjectlambda putaccesspointpolicy
          putaccesspointpolicyforobjectlambda putaccesspointpublicaccessblock
          putaccountpublicaccessblock putanalyticsconfiguration putbucketabac putbucketacl
          putbucketcors putbucketlogging putbucketnotification putbucketobjectlockconfiguration
          putbucketownershipcontrols putbucketpolicy putbucketpublicaccessblock
          putbucketrequestpayment putbuckettagging putbucketversioning putbucketwebsite
          putencryptionconfiguration putintelligenttieringconfiguration
          putinventoryconfiguration putjobtagging putlifecycleconfiguration
          putmetricsconfiguration putmultiregionaccesspointpolicy putobject putobjectacl
          putobjectannotation putobjectlegalhold putobjectretention putobjecttagging
          putobjectversionacl putobjectversionannotation putobjectversiontagging
          putreplicationconfiguration putstoragelensconfiguration
          putstoragelensconfigurationtagging replicatedelete replicateobject
          replicateobjectannotation replicatetags restoreobject
          submitmultiregionaccesspointroutes tagresource untagresource
          updateaccessgrantslocation updatebucketmetadataannotationtableconfiguration
          updatebucketmetadatainventorytableconfiguration
          updatebucketmetadatajournaltableconfiguration updatejobpriority updatejobstatus
          updateobjectencryption updatestoragelensgroup
          """
              .split("\\s+"));

  private S3Actions() {}

  /**
   * Whether S3 has such an action, or one that begins like such a pattern.
   *
   * @param action with the {@code s3:}
   */
  static boolean isKnown(String action) {
    var name = action.toLowerCase(Locale.ROOT);
    if (!name.startsWith("s3:")) {
      return false;
    }
    name = name.substring("s3:".length());
    int wild = 0;
    while (wild < name.length() && name.charAt(wild) != '*' && name.charAt(wild) != '?') {
      wild++;
    }
    // What stands behind the first wildcard is not looked at: it may be anything.
    var start = name.substring(0, wild);
    return wild == name.length()
        ? ALL.contains(name)
        : ALL.stream().anyMatch(known -> known.startsWith(start));
  }

  /**
   * Whether an action's resources are objects.
   *
   * @param name without the {@code s3:}
   */
  static boolean isOnObjects(String name) {
    return ON_OBJECTS.contains(name.toLowerCase(Locale.ROOT));
  }
}
