package dev.bulwark.server;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks the running installation why it allowed or denied a call, with its root access key. */
@Command(
    name = "explain",
    description = {
      "Tell why a recorded call was allowed or denied, and what would allow it.",
      "Bulwark must be running. Event ids are in CloudTrail: aws cloudtrail lookup-events."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {
  private static final Pattern EVENT_ID = Pattern.compile("[0-9a-fA-F-]{36}");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin Main.DataOption data = new Main.DataOption();

  @Parameters(paramLabel = "EVENT_ID", description = "The id of the call's event.")
  String eventId = "";

  @Option(names = "--json", description = "Print JSON instead.")
  boolean json;

  @Override
  public void run() {
    if (!EVENT_ID.matcher(eventId).matches()) {
      throw new StartException("an event id is a UUID, not " + eventId);
    }
    var dir = data.resolved();
    var answer = ask(Endpoint.read(dir), RootAccessKey.read(dir));
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(new String(answer, StandardCharsets.UTF_8));
    } else {
      out.print(ExplanationText.of(CallExplainer.parse(answer)));
    }
    out.flush();
  }

  private byte[] ask(Endpoint endpoint, RootAccessKey key) {
    var uri = URI.create(endpoint.url() + LocalRoutes.PREFIX + ExplainRoute.PATH + eventId);
    var signed =
        new SigV4Signer(
                key.accessKeyId(),
                key.secretAccessKey(),
                null,
                endpoint.region(),
                ExplainRoute.SERVICE)
            .sign(
                new dev.bulwark.wire.HttpRequest(
                    "GET",
                    uri.getRawPath(),
                    "",
                    new HttpHeaders().add("host", uri.getAuthority()),
                    Body.empty(),
                    "",
                    false),
                new byte[0],
                Instant.now());
    var request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).GET();
    signed
        .headers()
        .forEach(
            (name, value) -> {
              if (!name.equals("host")) {
                request.header(name, value);
              }
            });
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request.build(), BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        throw new StartException(
            CallExplainer.parse(response.body()).path("message").asString("no explanation"));
      }
      return response.body();
    } catch (IOException e) {
      throw new StartException(
          "no installation answers at %s: start it with ./bulwark up".formatted(endpoint.url()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
  }
}
