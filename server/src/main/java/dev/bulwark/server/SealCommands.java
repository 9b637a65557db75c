package dev.bulwark.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands about what guards the keys of KMS; they talk to a Bulwark that runs. */
final class SealCommands {
  private static final Pattern SET = Pattern.compile("\"set\":\"([0-9a-f]+)\"");

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

    @Option(
        names = "--pkcs11",
        paramLabel = "URI",
        description =
            "Guard it by an AES key in a PKCS #11 token: pkcs11:token=T;object=K?module-path=/P&pin-source=file:/F")
    @Nullable String pkcs11;

    @Option(names = "--make-key", description = "Make that key in the token first.")
    boolean makeKey;

    @Option(names = "--rotate", description = "Make a new root key, and write the key log anew.")
    boolean rotate;

    @Override
    public void run() {
      var change =
          shares != null
              ? "shares " + shares + " " + threshold
              : pkcs11 != null
                  ? (makeKey ? "make-key " : "") + pkcs11
                  : keyFile ? Seals.KEY_FILE : rotate ? "rotate" : null;
      var answer =
          change == null
              ? send(data.resolved(), "GET", "seal", "")
              : send(data.resolved(), "POST", "seal", change);
      print(spec, answer);
      if (shares != null) {
        use(answer);
      }
      if (pkcs11 != null) {
        print(spec, "From now on, start Bulwark with --seal or BULWARK_SEAL: " + pkcs11);
      }
    }

    /** The shares guard the keys only now, when whoever asked for them has them. */
    private void use(String answer) {
      var set = SET.matcher(answer);
      if (spec.commandLine().getOut().checkError() || !set.find()) {
        throw new StartException(
            "the shares could not be shown, so the seal stays as it was; they open nothing");
      }
      try {
        print(spec, send(data.resolved(), "POST", "seal", "use-shares " + set.group(1)));
      } catch (StartException e) {
        throw new StartException(
            "the shares may not be in use: look with bulwark seal, and keep them until you know\n"
                + e.getMessage());
      }
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
    var answer =
        RootClient.send(
            dataDir, method, route, text.getBytes(StandardCharsets.UTF_8), FirstRoot.SIGNING_NAME);
    if (answer.status() != 200) {
      throw new StartException(answer.text());
    }
    return answer.text();
  }
}
