package dev.bulwark.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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
  private static final String PATH = "root-password";

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
    Endpoint.read(dir);
    var body =
        JsonMapper.builder()
            .build()
            .writeValueAsBytes(Map.of("email", email, "password", password()));
    var answer = RootClient.send(dir, "POST", PATH, body, SignInRoutes.SIGNING_NAME);
    if (answer.status() != 200) {
      throw new StartException("the password was not set: " + answer.text());
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
}
