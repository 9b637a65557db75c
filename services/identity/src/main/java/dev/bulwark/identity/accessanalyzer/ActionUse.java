package dev.bulwark.identity.accessanalyzer;

import java.time.Instant;
import java.util.List;

/** Which actions principals have used. */
public interface ActionUse {

  /**
   * One use, the last.
   *
   * @param action its full name; empty for any action of the service
   */
  record Used(String service, String action, Instant last) {}

  /** Makes sure that every call that was answered before counts. */
  void catchUp();

  /** What a user or role has used, by its unique id. */
  List<Used> by(String accountId, String uniqueId);
}
