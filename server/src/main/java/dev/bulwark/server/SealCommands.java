package dev.bulwark.server;

import dev.bulwark.access.SigV4Signer;
import dev.bulwark.schema.Body;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands about what guards the keys of KMS; they talk to a Bulwark that runs. */
final class SealCommands {
  /** Headers that the HTTP client sets by itself, and lets nobody else set. */
  private static final Set<String> OWN_HEADERS = Set.of("host", "content-length");

  private SealCommands() {}

  @Command(
      name = "seal",
      description = "Show or change what guards the root key of KMS's keys.",
      mixinStandardHelpOptions = true)
  static final class SealCommand implements Runnable {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Main.DataOption data = new Main.DataOption();

    @Option(names = "--shares", description = "Guard it by so many shares, which are printed once.")
    @Nullable Integer shares;

    @Option(names = "--threshold", description = "How many shares open it (default: 3).")
    int threshold = 3;

    @Option(names = "--key-file", description = "Guard it by the data folder's root key again.")
    boolean keyFile;

    @Option(names = "--rotate", description = "Make a new root key, and write the key log anew.")
    boolean rotate;

    @Override
    public void run() {
      var change =
          shares != null
              ? "shares " + shares + " " + threshold
              : keyFile ? "key-file" : rotate ? "rotate" : null;
      print(
          spec,
          change == null
              ? send(data.resolved(), "GET", "seal", "")
              : send(data.resolved(), "POST", "seal", change));
    }
  }

  @Command(
      name = "unseal",
      description = "Give a share; with enough of them the keys of KMS can be used.",
      mixinStandardHelpOptions = true)
  static final class Unseal implements Runnable {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin Main.DataOption data = new Main.DataOption();

    @Parameters(arity = "0..1", description = "The share; asked for where it is left out.")
    @Nullable String share;

    @Override
    public void run() {
      var given = share;
      if (given == null) {
        var console = System.console();
        var typed = console == null ? null : console.readPassword("Share: ");
        if (typed == null) {
          throw new StartException("give a share: there is no terminal to ask for one");
        }
        given = new String(typed);
      }
      print(spec, send(data.resolved(), "POST", "unseal", given));
    }
  }

  static void print(CommandSpec spec, String text) {
    spec.commandLine().getOut().println(text.strip());
    spec.commandLine().getOut().flush();
  }

  /** Sends a request to the Bulwark of a data folder, signed by its root user. */
  static String send(Path dataDir, String method, String route, String text) {
    var endpoint = Endpoint.read(dataDir);
    var root = RootAccessKey.read(dataDir);
    var uri = URI.create(endpoint.url() + LocalRoutes.PREFIX + route);
    var body = text.getBytes(StandardCharsets.UTF_8);
    var signed =
        new SigV4Signer(
                root.accessKeyId(),
                root.secretAccessKey(),
                null,
                endpoint.region(),
                SealRoutes.SIGNING_NAME)
            .sign(
                new HttpRequest(
                    method,
                    uri.getRawPath(),
                    "",
                    new HttpHeaders().add("host", uri.getRawAuthority()),
                    Body.of(body),
                    "",
                    false),
                body,
                Instant.now());
    var request =
        java.net.http.HttpRequest.newBuilder(uri)
            .method(
                method,
                body.length == 0
                    ? java.net.http.HttpRequest.BodyPublishers.noBody()
                    : java.net.http.HttpRequest.BodyPublishers.ofByteArray(body));
    signed
        .headers()
        .forEach(
            (name, value) -> {
              if (!OWN_HEADERS.contains(name)) {
                request.header(name, value);
              }
            });
    try (var client = HttpClient.newHttpClient()) {
      var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new StartException(response.body().strip());
      }
      return response.body();
    } catch (IOException e) {
      throw new StartException(
          "no Bulwark answers at " + endpoint.url() + ": start it with ./bulwark up");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartException("interrupted");
    }
  }
}
