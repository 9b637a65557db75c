package dev.bulwark.server;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.base.Region;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Sets the root user's e-mail address and password in a running installation. */
@Command(
    name = "root-password",
    description = {
      "Set the e-mail address and password with which the root user signs in.",
      "Bulwark must be running; the password is asked for, or read from standard input."
    },
    mixinStandardHelpOptions = true)
final class RootPassword implements Runnable {
  private static final String PATH = LocalRoutes.PREFIX + "root-password";

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin Main.DataOption data = new Main.DataOption();

  @Option(
      names = "--email",
      required = true,
      paramLabel = "ADDRESS",
      description = "The root user's e-mail address.")
  String email = "";

  @Override
  public void run() {
    var dir = data.resolved();
    var endpoint = Endpoint.read(dir);
    var body =
        JsonMapper.builder()
            .build()
            .writeValueAsBytes(Map.of("email", email, "password", password()));
    var response = send(URI.create(endpoint.url()), RootAccessKey.read(dir), body);
    if (response.statusCode() != 200) {
      throw new StartException("the password was not set: " + response.body().strip());
    }
    spec.commandLine().getOut().println("The root user signs in as " + email + " now.");
    spec.commandLine().getOut().flush();
  }

  private static String password() {
    var console = System.console();
    if (console != null && console.isTerminal()) {
      return required(new String(console.readPassword("New password of the root user: ")));
    }
    try {
      return required(
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine());
    } catch (IOException e) {
      throw new StartException("cannot read the password: " + e.getMessage());
    }
  }

  private static String required(@Nullable String password) {
    if (password == null || password.isEmpty()) {
      throw new StartException("there was no password on standard input");
    }
    return password;
  }

  private static HttpResponse<String> send(URI server, RootAccessKey key, byte[] body) {
    var headers =
        new HttpHeaders()
            .add("host", server.getAuthority())
            .add("content-type", "application/json");
    var signed =
        new SigV4Signer(
                key.accessKeyId(),
                key.secretAccessKey(),
                null,
                Region.US_EAST_1.name(),
                SignInRoutes.SIGNING_NAME)
            .sign(
                new dev.bulwark.wire.HttpRequest(
                    "POST", PATH, "", headers, Body.of(body), "127.0.0.1", false),
                body,
                Instant.now());
    var request =
        HttpRequest.newBuilder(server.resolve(PATH))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    signed
        .headers()
        .forEach(
            (name, value) -> {
              // The client sets the host by itself, and lets nobody else.
              if (!name.equalsIgnoreCase("host")) {
                request.header(name, value);
              }
            });
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new StartException(
          "no answer from %s: is Bulwark running? (%s)".formatted(server, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
  }
}
