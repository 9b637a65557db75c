package dev.bulwark.cloudhsm.protocol;

import java.util.Arrays;

/** What became of a request. All but {@link #OK} come with one field: a sentence that says why. */
public enum Status {
  OK(0),
  /** The request has another form. The connection ends. */
  BAD_REQUEST(1),
  /** The user name or the password is not right. */
  DENIED(2),
  /** There were too many wrong passwords: an admin has to set another one. */
  LOCKED(3),
  /** Nobody has logged in, or the session has ended. */
  NOT_LOGGED_IN(4),
  /** There is no such key. */
  NOT_FOUND(5),
  /** The key does not do that, its name is taken, or there are too many. */
  REFUSED(6),
  /** The data is not what the key takes: it was changed, or is of another key. */
  BAD_DATA(7),
  /** The cluster does not serve anybody now. */
  UNAVAILABLE(8),
  /** Anything else. */
  FAILED(9);

  private final int code;

  Status(int code) {
    this.code = code;
  }

  public int code() {
    return code;
  }

  /** The status of a code; {@link #FAILED} where there is none. */
  public static Status of(int code) {
    return Arrays.stream(values()).filter(one -> one.code == code).findFirst().orElse(FAILED);
  }
}
