package dev.bulwark.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Users inside CloudHSM clusters. Passwords are asked for at a terminal, else read from standard
 * input, a line for each.
 */
@Command(
    name = "hsm",
    description = "Activate CloudHSM clusters, manage their users and trust anchors.",
    mixinStandardHelpOptions = true)
final class HsmCommand {
  private final BufferedReader input =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  @Spec CommandSpec spec = CommandSpec.create();

  /** Where, and whose password allows it. */
  static final class Admin {
    @Mixin Main.DataOption data = new Main.DataOption();

    @Parameters(index = "0", paramLabel = "CLUSTER")
    String cluster = "";

    @Option(names = "--admin", defaultValue = "admin", description = "The admin (default: admin).")
    String admin = "";
  }

  @Command(name = "activate", description = "Give an initialized cluster's admin a password.")
  void activate(@Mixin Main.DataOption data, @Parameters(paramLabel = "CLUSTER") String cluster) {
    send(data, "activate", cluster, password("New password of admin: "));
  }

  @Command(name = "create-user", description = "Make a crypto user, or another admin.")
  void createUser(
      @Mixin Admin at,
      @Parameters(index = "1", paramLabel = "NAME") String name,
      @Option(
              names = "--role",
              defaultValue = "crypto-user",
              description = "crypto-user (default) or admin.")
          String role) {
    send(
        at.data,
        "create-user",
        at.cluster,
        at.admin,
        adminPassword(at),
        name,
        role,
        password("New password of " + name + ": "));
  }

  @Command(name = "delete-user", description = "Delete a user, a crypto user with all keys.")
  void deleteUser(@Mixin Admin at, @Parameters(index = "1", paramLabel = "NAME") String name) {
    send(at.data, "delete-user", at.cluster, at.admin, adminPassword(at), name);
  }

  @Command(
      name = "reset-password",
      description = "Give a user another password, as an admin; unlocks.")
  void resetPassword(@Mixin Admin at, @Parameters(index = "1", paramLabel = "NAME") String name) {
    send(
        at.data,
        "reset-password",
        at.cluster,
        at.admin,
        adminPassword(at),
        name,
        password("New password of " + name + ": "));
  }

  @Command(name = "change-password", description = "Change your password inside the cluster.")
  void changePassword(
      @Mixin Main.DataOption data,
      @Parameters(index = "0", paramLabel = "CLUSTER") String cluster,
      @Parameters(index = "1", paramLabel = "NAME") String name) {
    send(
        data,
        "change-password",
        cluster,
        name,
        password("Password of " + name + ": "),
        password("New password of " + name + ": "));
  }

  @Command(name = "list-users", description = "Show the users of a cluster.")
  void listUsers(@Mixin Main.DataOption data, @Parameters(paramLabel = "CLUSTER") String cluster) {
    send(data, "list-users", cluster);
  }

  @Command(
      name = "register-trust-anchor",
      description = "Accept clients' certificates from another authority, too.")
  void registerTrustAnchor(
      @Mixin Admin at, @Parameters(index = "1", paramLabel = "FILE") Path certificate) {
    send(
        at.data,
        "register-trust-anchor",
        at.cluster,
        at.admin,
        adminPassword(at),
        read(certificate));
  }

  @Command(
      name = "deregister-trust-anchor",
      description = "No longer accept an authority, by its certificate's SHA-256.")
  void deregisterTrustAnchor(
      @Mixin Admin at, @Parameters(index = "1", paramLabel = "SHA256") String sha256) {
    send(at.data, "deregister-trust-anchor", at.cluster, at.admin, adminPassword(at), sha256);
  }

  @Command(name = "list-trust-anchors", description = "Show what is registered.")
  void listTrustAnchors(
      @Mixin Main.DataOption data, @Parameters(paramLabel = "CLUSTER") String cluster) {
    send(data, "list-trust-anchors", cluster);
  }

  private static String read(Path certificate) {
    try (var file = Files.newInputStream(certificate)) {
      var parsed = CertificateFactory.getInstance("X.509").generateCertificate(file);
      return Base64.getEncoder().encodeToString(parsed.getEncoded());
    } catch (IOException | GeneralSecurityException e) {
      throw new StartException(certificate + " is no certificate in PEM format");
    }
  }

  private String adminPassword(Admin at) {
    return password("Password of " + at.admin + ": ");
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
