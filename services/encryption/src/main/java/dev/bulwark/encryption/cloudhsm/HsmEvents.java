package dev.bulwark.encryption.cloudhsm;

import dev.bulwark.access.Principal;
import dev.bulwark.base.Ids;
import dev.bulwark.events.ApiCall;
import dev.bulwark.events.EventStreams;
import dev.bulwark.events.ResourceName;
import dev.bulwark.schema.ApiException;
import dev.bulwark.state.WriteTx;
import dev.bulwark.wire.EventView;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records what is managed inside clusters: logins, users, keys. AWS writes that to the HSMs' audit
 * logs; here it is in the record of API calls, as events of the service, by the names of those
 * logs. They tell no password and no key.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/cloudhsm/latest/userguide/cloudhsm-audit-log-reference.html">AWS
 *     CloudHSM audit log reference</a>
 */
final class HsmEvents {
  static final String LOGIN = "CN_LOGIN";
  static final String LOGOUT = "CN_LOGOUT";
  static final String CREATE_USER = "CN_CREATE_USER";
  static final String CREATE_OFFICER = "CN_CREATE_CO";
  static final String DELETE_USER = "CN_DELETE_USER";
  static final String CHANGE_PASSWORD = "CN_CHANGE_PSWD";
  static final String GENERATE_KEY = "CN_GENERATE_KEY";
  static final String GENERATE_PAIR = "CN_GENERATE_KEY_PAIR";
  static final String UNWRAP_KEY = "CN_UNWRAP_KEY";
  static final String DELETE_KEY = "CN_TOMBSTONE_OBJECT";

  /** Of AWS's CLI; its audit log has no name for it. */
  static final String REGISTER_ANCHOR = "RegisterTrustAnchor";

  static final String DEREGISTER_ANCHOR = "DeregisterTrustAnchor";

  private static final String SOURCE = "cloudhsm.amazonaws.com";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final EventStreams streams;
  private final Clock clock;

  HsmEvents(EventStreams streams, Clock clock) {
    this.streams = streams;
    this.clock = clock;
  }

  /**
   * What was done.
   *
   * @param user whom it concerns: who logs in, owns the key, is made or deleted; null where there
   *     is no such user, whose name is not recorded then, since people type passwords there
   * @param key its name; null where it is not about a key
   */
  record Deed(
      String name,
      ClusterRecord cluster,
      @Nullable String user,
      @Nullable UserRole role,
      @Nullable String key,
      HsmOrigin origin) {

    Deed(String name, ClusterRecord cluster, String user, UserRole role, HsmOrigin origin) {
      this(name, cluster, user, role, null, origin);
    }
  }

  /** Records a deed with the transaction that does it. */
  void succeeded(WriteTx tx, Deed deed) {
    streams.append(tx, streams.prepare(event(deed, null)));
  }

  /** Records a deed that changed nothing in the store. */
  void succeeded(Deed deed) {
    streams.appendLater(event(deed, null));
  }

  void failed(Deed deed, ApiException error) {
    streams.appendLater(event(deed, error));
  }

  private ApiCall event(Deed deed, @Nullable ApiException error) {
    var cluster = deed.cluster();
    var time = clock.instant();
    var id = Ids.eventId();
    var record = JSON.createObjectNode().put("eventVersion", "1.11");
    var identity = record.putObject("userIdentity").put("accountId", cluster.accountId());
    if (deed.origin().root()) {
      identity
          .put("type", "Root")
          .put("principalId", cluster.accountId())
          .put("arn", new Principal.AccountRoot(cluster.accountId()).arn());
    } else {
      identity.put("invokedBy", SOURCE);
    }
    record
        .put("eventTime", time.truncatedTo(ChronoUnit.SECONDS).toString())
        .put("eventSource", SOURCE)
        .put("eventName", deed.name())
        .put("awsRegion", cluster.region())
        .put("sourceIPAddress", deed.origin().address())
        .put("userAgent", SOURCE);
    if (error != null) {
      record.put("errorCode", error.code()).put("errorMessage", error.getMessage());
    }
    record.putNull("requestParameters").putNull("responseElements");
    record.put("eventID", id).put("readOnly", false);
    record
        .putArray("resources")
        .addObject()
        .put("accountId", cluster.accountId())
        .put("type", Clusters.TYPE)
        .put("ARN", cluster.arn());
    record
        .put("eventType", "AwsServiceEvent")
        .put("managementEvent", true)
        .put("recipientAccountId", cluster.accountId());
    var details = record.putObject("serviceEventDetails").put("clusterId", cluster.id());
    details.put("userName", deed.user() == null ? EventView.HIDDEN : deed.user());
    if (deed.role() != null) {
      details.put("userType", deed.role().inEvents());
    }
    if (deed.key() != null) {
      details.put("keyName", deed.key());
    }
    record.put("eventCategory", "Management");
    return new ApiCall(
        0,
        id,
        time,
        cluster.accountId(),
        cluster.region(),
        SOURCE,
        deed.name(),
        false,
        true,
        deed.user(),
        null,
        error == null ? null : error.code(),
        List.of(new ResourceName(Clusters.TYPE, cluster.arn())),
        JSON.writeValueAsBytes(record));
  }
}
