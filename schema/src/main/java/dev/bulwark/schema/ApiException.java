package dev.bulwark.schema;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error as a client sees it: AWS's code, message and HTTP status. Generated exceptions are the
 * modelled errors of a service; the front door's errors, which belong to no model, are of this
 * class itself. Has no stack trace: it is an answer, not a fault of the program.
 */
public class ApiException extends RuntimeException {
  private final String code;
  private final int httpStatus;
  private final Fault fault;
  private final transient @Nullable Shape shape;
  private final transient Map<String, Object> details = new LinkedHashMap<>();

  /** An error that no model lists, such as {@code SignatureDoesNotMatch}. */
  public ApiException(String code, int httpStatus, String message) {
    this(code, httpStatus, httpStatus < 500 ? Fault.CLIENT : Fault.SERVER, null, message);
  }

  /** A modelled error. */
  protected ApiException(Shape shape, @Nullable String message) {
    this(
        errorOf(shape).code(), errorOf(shape).httpStatus(), errorOf(shape).fault(), shape, message);
  }

  private ApiException(
      String code, int httpStatus, Fault fault, @Nullable Shape shape, @Nullable String message) {
    super(message, null, false, false);
    this.code = code;
    this.httpStatus = httpStatus;
    this.fault = fault;
    this.shape = shape;
  }

  private static Shape.ErrorTrait errorOf(Shape shape) {
    var error = shape.error();
    if (error == null) {
      throw new IllegalArgumentException(shape + " is no error");
    }
    return error;
  }

  /**
   * Adds a member beside the message, by its name in the model (or on the wire, for an unmodelled
   * error).
   */
  public ApiException with(String member, Object value) {
    details.put(member, value);
    return this;
  }

  /** The code on the wire, for instance {@code NoSuchEntity}. */
  public String code() {
    return code;
  }

  /**
   * The shape's name, which the JSON protocols send as the type; the code where no model lists the
   * error.
   */
  public String type() {
    return shape == null ? code : shape.name();
  }

  public int httpStatus() {
    return httpStatus;
  }

  public Fault fault() {
    return fault;
  }

  /** The error's shape, or null where no model lists it. */
  public @Nullable Shape shape() {
    return shape;
  }

  /** Members beside the message, in the order in which they were added. */
  public Map<String, Object> details() {
    return details;
  }
}
