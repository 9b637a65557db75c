package dev.bulwark.monitoring;

import dev.bulwark.schema.Body;
import dev.bulwark.service.Pipeline;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;

/** Carries the requests of AWS's clients to a pipeline without a network between. */
final class InProcess implements SdkHttpClient {
  private final Pipeline pipeline;

  InProcess(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return respond(request);
      }

      @Override
      public void abort() {}
    };
  }

  private HttpExecuteResponse respond(HttpExecuteRequest request) throws IOException {
    var http = request.httpRequest();
    var headers = new HttpHeaders();
    http.headers().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    var body =
        request.contentStreamProvider().isPresent()
            ? request.contentStreamProvider().get().newStream().readAllBytes()
            : new byte[0];
    var response =
        pipeline.handle(
            new HttpRequest(
                http.method().name(),
                http.encodedPath().isEmpty() ? "/" : http.encodedPath(),
                http.encodedQueryParameters().orElse(""),
                headers,
                Body.of(body),
                "203.0.113.7",
                false));
    var answer = SdkHttpFullResponse.builder().statusCode(response.status());
    response.headers().forEach(answer::appendHeader);
    return HttpExecuteResponse.builder()
        .response(answer.build())
        .responseBody(AbortableInputStream.create(response.body().stream()))
        .build();
  }

  @Override
  public void close() {}
}
