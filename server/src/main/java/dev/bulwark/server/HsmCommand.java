package dev.bulwark.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Users inside CloudHSM clusters. Passwords are asked for at a terminal, else read from standard
 * input, a line for each.
 */
@Command(
    name = "hsm",
    description = "Activate a CloudHSM cluster, make and delete its crypto users.",
    mixinStandardHelpOptions = true)
final class HsmCommand {
  private final BufferedReader input =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  @Spec CommandSpec spec = CommandSpec.create();

  @Command(name = "activate", description = "Give an initialized cluster's admin a password.")
  void activate(@Mixin Main.DataOption data, @Parameters(paramLabel = "CLUSTER") String cluster) {
    send(data, "activate", cluster, password("New password of admin: "));
  }

  @Command(name = "create-user", description = "Make a crypto user.")
  void createUser(
      @Mixin Main.DataOption data,
      @Parameters(paramLabel = "CLUSTER") String cluster,
      @Parameters(paramLabel = "NAME") String name) {
    send(
        data,
        "create-user",
        cluster,
        password("Password of admin: "),
        name,
        password("New password of " + name + ": "));
  }

  @Command(name = "delete-user", description = "Delete a crypto user with all keys.")
  void deleteUser(
      @Mixin Main.DataOption data,
      @Parameters(paramLabel = "CLUSTER") String cluster,
      @Parameters(paramLabel = "NAME") String name) {
    send(data, "delete-user", cluster, password("Password of admin: "), name);
  }

  private String password(String prompt) {
    var console = System.console();
    try {
      var typed = console == null ? null : console.readPassword(prompt);
      var given = typed == null ? input.readLine() : new String(typed);
      if (given == null) {
        throw new StartException("give the password in a line of standard input");
      }
      return given;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(Main.DataOption data, String... lines) {
    SealCommands.print(
        spec, SealCommands.send(data.resolved(), "POST", "hsm", String.join("\n", lines)));
  }
}
