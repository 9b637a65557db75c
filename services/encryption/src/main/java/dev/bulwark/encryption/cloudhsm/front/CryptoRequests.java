package dev.bulwark.encryption.cloudhsm.front;

import dev.bulwark.cloudhsm.protocol.Message;
import dev.bulwark.cloudhsm.protocol.Operation;
import dev.bulwark.cloudhsm.protocol.Status;
import dev.bulwark.encryption.cloudhsm.CloudHsm;
import dev.bulwark.encryption.cloudhsm.ClusterUsers.Login;
import dev.bulwark.encryption.cloudhsm.CryptoSession;
import dev.bulwark.encryption.cloudhsm.HsmOrigin;
import dev.bulwark.hsm.HsmException;
import dev.bulwark.schema.ApiException;
import org.jspecify.annotations.Nullable;

/** Answers the requests of one connection, in the session that it begins by logging in. */
final class CryptoRequests {
  private static final System.Logger LOG = System.getLogger(CryptoRequests.class.getName());

  /** After so many wrong passwords in a row the connection ends. */
  private static final int MOST_DENIALS = 5;

  private final CloudHsm cloudHsm;
  private final String clusterId;
  private final HsmOrigin origin;
  private @Nullable CryptoSession session;
  private int denials;
  private boolean over;

  CryptoRequests(CloudHsm cloudHsm, String clusterId, HsmOrigin origin) {
    this.cloudHsm = cloudHsm;
    this.clusterId = clusterId;
    this.origin = origin;
  }

  /** Whether somebody has logged in. */
  boolean hasUser() {
    return session != null;
  }

  /** Whether the connection is to end with the last answer. */
  boolean isOver() {
    return over;
  }

  /** The connection ends, and the session with it. */
  void end() {
    if (session != null) {
      session.logOut();
      session = null;
    }
  }

  Message answer(Message request) {
    var operation = Operation.of(request.code()).orElse(null);
    if (operation == null || request.fields().size() != operation.fields()) {
      return badRequest("there is no such operation, or it takes other fields");
    }
    try {
      return switch (operation) {
        case LOG_IN -> logIn(request);
        case LOG_OUT -> {
          end();
          yield Message.of(Status.OK.code());
        }
        default -> use(operation, request);
      };
    } catch (IllegalArgumentException e) {
      return badRequest(String.valueOf(e.getMessage()));
    } catch (HsmException e) {
      return refused(e);
    } catch (ApiException e) {
      return refused(Status.UNAVAILABLE, e);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, operation + " failed in " + clusterId, e);
      return Message.of(Status.FAILED.code(), "the cluster failed; its log tells more");
    }
  }

  private Message badRequest(String why) {
    over = true;
    return Message.of(Status.BAD_REQUEST.code(), why);
  }

  private static Message refused(Status status, Exception why) {
    return Message.of(status.code(), String.valueOf(why.getMessage()));
  }

  private Message refused(HsmException e) {
    return switch (e.kind()) {
      case NOT_FOUND -> refused(Status.NOT_FOUND, e);
      case REFUSED -> refused(Status.REFUSED, e);
      case BAD_DATA -> refused(Status.BAD_DATA, e);
      case FAILED, NOT_INSTALLED -> {
        LOG.log(System.Logger.Level.ERROR, "a token of " + clusterId + " failed", e);
        yield Message.of(Status.FAILED.code(), "the token failed; the cluster's log tells more");
      }
    };
  }

  private Message logIn(Message request) {
    end();
    var name = request.text(0);
    try {
      session = cloudHsm.users().logIn(clusterId, new Login(name, request.text(1)), origin);
      denials = 0;
      return Message.of(Status.OK.code());
    } catch (ApiException e) {
      return denied(name, e);
    }
  }

  /** What a password did not open. */
  private Message denied(String name, ApiException e) {
    if (!e.code().equals("CloudHsmAccessDeniedException")) {
      return refused(Status.UNAVAILABLE, e);
    }
    denials++;
    over = denials >= MOST_DENIALS;
    return refused(cloudHsm.users().isLocked(clusterId, name) ? Status.LOCKED : Status.DENIED, e);
  }

  private Message use(Operation operation, Message request) {
    var known = session;
    var token = known == null ? null : known.current().orElse(null);
    if (known == null || token == null) {
      end();
      return Message.of(
          Status.NOT_LOGGED_IN.code(), "log in first: there is no session, or it has ended");
    }
    return operation == Operation.CHANGE_PASSWORD
        ? changePassword(known, request)
        : new KeyRequests(known, token).answer(operation, request);
  }

  private Message changePassword(CryptoSession known, Message request) {
    try {
      cloudHsm
          .administration()
          .changePassword(
              known.accountId(),
              clusterId,
              new Login(known.userName(), request.text(0)),
              request.text(1),
              origin);
    } catch (ApiException e) {
      return e.code().equals("CloudHsmInvalidRequestException")
          ? refused(Status.REFUSED, e)
          : denied(known.userName(), e);
    }
    return logIn(Message.of(Operation.LOG_IN.code(), known.userName(), request.text(1)));
  }
}
