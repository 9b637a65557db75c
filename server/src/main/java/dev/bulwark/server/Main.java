package dev.bulwark.server;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "bulwark",
    description = "The AWS security and compliance stack, self-hosted and real.",
    mixinStandardHelpOptions = true,
    version = "Bulwark " + Version.TEXT,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      Main.Up.class,
      Main.Env.class,
      RootPassword.class,
      Main.Reset.class,
      Main.Doctor.class,
      ExplainCommand.class,
      ImdsCommand.class,
      SealCommands.SealCommand.class,
      SealCommands.Unseal.class,
      HsmCommand.class,
      Main.Coverage.class,
      Main.Train.class
    })
public final class Main {
  private Main() {}

  /** Kept, since a logger that nobody holds forgets its level. */
  private static final Logger HELIDON = Logger.getLogger("io.helidon");

  /** Reports at length what a {@link StartException} says in a line. */
  private static final Logger HELIDON_START = Logger.getLogger("io.helidon.webserver.LoomServer");

  /** Runs a command; the process exits with its status. */
  public static void main(String[] args) {
    HELIDON.setLevel(Level.WARNING);
    HELIDON_START.setLevel(Level.OFF);
    System.setProperty(
        "java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n");
    var status = commandLine().execute(args);
    if (status != 0) {
      System.exit(status);
    }
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setDefaultValueProvider(new EnvironmentDefaults(System.getenv()))
        .setExecutionExceptionHandler(
            (exception, command, parsed) -> {
              if (exception instanceof StartException) {
                command.getErr().println("bulwark: " + exception.getMessage());
                return 1;
              }
              throw exception;
            });
  }

  /** Options that every command knows. */
  static final class DataOption {
    @Option(
        names = "--data",
        paramLabel = "DIR",
        description = "The data folder (default: $XDG_DATA_HOME/bulwark).")
    @Nullable Path dir;

    Path resolved() {
      return Settings.dataDir(dir, System.getenv());
    }
  }

  @Command(
      name = "up",
      description = "Start everything and stay in the foreground.",
      mixinStandardHelpOptions = true)
  static final class Up implements Runnable {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin DataOption data = new DataOption();

    @Option(
        names = "--port",
        defaultValue = "4566",
        description = "The port (default: ${DEFAULT-VALUE}).")
    int port;

    @Option(
        names = "--listen",
        defaultValue = "127.0.0.1",
        description = "The address to listen on (default: ${DEFAULT-VALUE}: this machine alone).")
    String listen = "";

    @Option(
        names = "--account",
        defaultValue = "123456789012",
        description = "The id of the account (default: ${DEFAULT-VALUE}).")
    String account = "";

    @Option(
        names = "--region",
        defaultValue = "us-east-1",
        description =
            "The Region that env prints and unsigned requests mean (default: ${DEFAULT-VALUE}).")
    String region = "";

    @Option(names = "--ephemeral", description = "Keep nothing: everything is gone at the end.")
    boolean ephemeral;

    @Option(
        names = "--lab",
        description = "Open POST /_bulwark/reset and /_bulwark/clock, for learning and testing.")
    boolean lab;

    @Option(
        names = "--hsm-port",
        description = "Serve crypto users of CloudHSM clusters on this port (default: do not).")
    @Nullable Integer hsmPort;

    @Option(
        names = "--hsm-listen",
        defaultValue = "127.0.0.1",
        description = "The address for that (default: ${DEFAULT-VALUE}: this machine alone).")
    String hsmListen = "";

    @Option(
        names = "--seal",
        paramLabel = "URI",
        description =
            "The PKCS #11 token that guards KMS's keys:"
                + " pkcs11:token=T;object=K?module-path=/P&pin-source=file:/F")
    @Nullable String seal;

    @Option(
        names = "--smtp",
        paramLabel = "HOST:PORT",
        defaultValue = "${env:BULWARK_SMTP}",
        description = "The mail server that SNS sends e-mail through; it sends none without.")
    @Nullable String smtp;

    @Option(names = "--tls", description = "Answer over TLS too, on a port of its own.")
    boolean tls;

    @Option(
        names = "--tls-port",
        defaultValue = "4443",
        description = "The port for that (default: ${DEFAULT-VALUE}).")
    int tlsPort;

    @Option(
        names = "--tls-listen",
        paramLabel = "ADDRESS",
        description = "The address for that (default: as --listen).")
    @Nullable String tlsListen;

    @Option(
        names = "--tls-certificate",
        paramLabel = "FILE",
        description =
            "The server's certificate and those that vouch for it, in PEM (default: one of an"
                + " authority of its own, for this machine's loopback and the address).")
    @Nullable Path tlsCertificate;

    @Option(
        names = "--tls-key",
        paramLabel = "FILE",
        description = "The private key of that certificate, in PEM.")
    @Nullable Path tlsKey;

    @Override
    public void run() {
      HeapDumps.forbid();
      var settings =
          new Settings(
              port,
              data.dir,
              account,
              region,
              listen,
              ephemeral,
              lab,
              hsmPort,
              hsmListen,
              seal,
              smtp,
              TlsSettings.of(
                  tls, tlsPort, tlsListen == null ? listen : tlsListen, tlsCertificate, tlsKey));
      try (var installation = Installation.start(settings, System.getenv())) {
        spec.commandLine().getOut().println(installation.readyLine());
        spec.commandLine().getOut().flush();
        installation.awaitTermination();
      }
    }
  }

  @Command(
      name = "env",
      description = "Print export lines for a shell: eval \"$(./bulwark env)\".",
      mixinStandardHelpOptions = true)
  static final class Env implements Runnable {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin DataOption data = new DataOption();

    @Option(names = "--json", description = "Print JSON instead.")
    boolean json;

    @Override
    public void run() {
      var dir = data.resolved();
      var endpoint = Endpoint.read(dir);
      var key = RootAccessKey.read(dir);
      var variables = new java.util.LinkedHashMap<String, String>();
      var tls = endpoint.tls();
      variables.put("AWS_ENDPOINT_URL", tls == null ? endpoint.url() : tls.url());
      if (tls != null && tls.bundle() != null) {
        variables.put("AWS_CA_BUNDLE", tls.bundle());
      }
      variables.put("AWS_REGION", endpoint.region());
      variables.put("AWS_DEFAULT_REGION", endpoint.region());
      variables.put("AWS_ACCESS_KEY_ID", key.accessKeyId());
      variables.put("AWS_SECRET_ACCESS_KEY", key.secretAccessKey());
      print(spec.commandLine().getOut(), variables);
    }

    private void print(PrintWriter out, Map<String, String> variables) {
      if (json) {
        out.println(
            variables.entrySet().stream()
                .map(e -> "  \"%s\": \"%s\"".formatted(e.getKey(), jsonText(e.getValue())))
                .collect(java.util.stream.Collectors.joining(",\n", "{\n", "\n}")));
      } else {
        variables.forEach((name, value) -> out.printf("export %s=%s%n", name, quoted(value)));
        out.println("unset AWS_SESSION_TOKEN AWS_PROFILE");
      }
      out.flush();
    }

    private static String quoted(String value) {
      return "'" + value.replace("'", "'\\''") + "'";
    }

    private static String jsonText(String value) {
      return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }
  }

  @Command(
      name = "reset",
      description = "Forget everything but the root access key. Bulwark must be stopped.",
      mixinStandardHelpOptions = true)
  static final class Reset implements Runnable {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin DataOption data = new DataOption();

    @Option(names = "--yes", description = "Do not ask.")
    boolean yes;

    @Override
    public void run() {
      var dir = data.resolved();
      Endpoint.read(dir);
      if (!yes && !confirmed(dir)) {
        throw new StartException(
            "nothing was changed; run with --yes to go ahead without a question");
      }
      DataFolder.forget(dir);
      spec.commandLine()
          .getOut()
          .println("Forgot everything in " + dir + " but the root access key.");
      spec.commandLine().getOut().flush();
    }

    private boolean confirmed(Path dir) {
      var console = System.console();
      return console != null
          && "yes".equals(console.readLine("Delete all data in %s? Type yes: ", dir));
    }
  }

  @Command(
      name = "doctor",
      description = "Check this machine and the data folder, and say what is wrong.",
      mixinStandardHelpOptions = true)
  static final class Doctor implements CommandRunner {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin DataOption data = new DataOption();

    @Option(names = "--json", description = "Print JSON instead.")
    boolean json;

    @Option(
        names = "--seal",
        paramLabel = "URI",
        description = "Try this PKCS #11 token on KMS's keys, as up --seal.")
    @Nullable String seal;

    @Option(
        names = "--tls-certificate",
        paramLabel = "FILE",
        description = "Check this certificate, as up --tls-certificate.")
    @Nullable Path tlsCertificate;

    @Option(
        names = "--tls-key",
        paramLabel = "FILE",
        description = "Its private key, as up --tls-key.")
    @Nullable Path tlsKey;

    @Override
    public Integer call() {
      var tls = TlsSettings.of(tlsCertificate != null, 0, "", tlsCertificate, tlsKey);
      var report = DoctorReport.of(data.resolved(), seal, tls == null ? null : tls.files());
      spec.commandLine().getOut().println(json ? report.json() : report.text());
      spec.commandLine().getOut().flush();
      return report.healthy() ? 0 : 1;
    }
  }

  @Command(
      name = "coverage",
      description = "Print docs/coverage.md: what is built of what is known.",
      mixinStandardHelpOptions = true)
  static final class Coverage implements Runnable {
    @Spec CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      var settings = new Settings(0, null, "123456789012", "us-east-1", "127.0.0.1", true, false);
      try (var installation = Installation.start(settings, System.getenv())) {
        spec.commandLine().getOut().print(CoverageReport.markdown(installation.tables()));
        spec.commandLine().getOut().flush();
      }
    }
  }

  @Command(
      name = "train",
      hidden = true,
      description = "Exercise a start, for the ahead-of-time cache.")
  static final class Train implements Runnable {
    @Override
    public void run() {
      TrainingRun.run();
    }
  }

  private interface CommandRunner extends java.util.concurrent.Callable<Integer> {}
}
