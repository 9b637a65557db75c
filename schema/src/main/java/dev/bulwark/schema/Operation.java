package dev.bulwark.schema;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An operation of a service. There is one instance for each, so operations may be compared by
 * identity.
 *
 * @param <I> its input
 * @param <O> its output
 */
public final class Operation<I extends Structure, O extends Structure> {

  /**
   * Its HTTP binding.
   *
   * @param uri a template such as {@code /{Bucket}/{Key+}?acl}
   * @param status of a successful response
   */
  public record Http(String method, String uri, int status) {}

  private final String name;
  private final Http http;
  private final String inputName;
  private final String outputName;
  private final @Nullable String inputElement;
  private final @Nullable XmlNamespace inputNamespace;
  private final @Nullable String resultWrapper;
  private final List<String> errorNames;
  private final boolean anonymous;
  private @Nullable ServiceModel service;
  private @Nullable Shape input;
  private @Nullable Shape output;

  /**
   * All facts of an operation.
   *
   * @param inputElement the root element of a rest-xml request
   * @param resultWrapper the element around a query response's members
   * @param anonymous whether the model says that the operation takes no signature
   */
  public Operation(
      String name,
      Http http,
      String inputName,
      String outputName,
      @Nullable String inputElement,
      @Nullable XmlNamespace inputNamespace,
      @Nullable String resultWrapper,
      List<String> errorNames,
      boolean anonymous) {
    this.name = name;
    this.http = http;
    this.inputName = inputName;
    this.outputName = outputName;
    this.inputElement = inputElement;
    this.inputNamespace = inputNamespace;
    this.resultWrapper = resultWrapper;
    this.errorNames = List.copyOf(errorNames);
    this.anonymous = anonymous;
  }

  void bind(ServiceModel model) {
    service = model;
    input = model.shape(inputName);
    output = model.shape(outputName);
  }

  /** The service that it belongs to. */
  public ServiceModel service() {
    return Objects.requireNonNull(service);
  }

  /** Its name, for instance {@code CreateUser}. */
  public String name() {
    return name;
  }

  public Http http() {
    return http;
  }

  public Shape input() {
    return Objects.requireNonNull(input);
  }

  public Shape output() {
    return Objects.requireNonNull(output);
  }

  String inputName() {
    return inputName;
  }

  String outputName() {
    return outputName;
  }

  public @Nullable String inputElement() {
    return inputElement;
  }

  public @Nullable XmlNamespace inputNamespace() {
    return inputNamespace;
  }

  public @Nullable String resultWrapper() {
    return resultWrapper;
  }

  /** The names of the error shapes that the model lists for it. */
  public List<String> errorNames() {
    return errorNames;
  }

  /** Whether it takes no signature, such as {@code sts:AssumeRoleWithWebIdentity}. */
  public boolean anonymous() {
    return anonymous;
  }

  @Override
  public String toString() {
    return (service == null ? "" : service.info().id() + ":") + name;
  }
}
