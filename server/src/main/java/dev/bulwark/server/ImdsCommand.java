package dev.bulwark.server;

import dev.bulwark.base.AccountId;
import dev.bulwark.base.Ids;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Serves what an EC2 instance with an instance profile finds at 169.254.169.254. */
@Command(
    name = "imds",
    description = {
      "Be the metadata service (IMDSv2) of an EC2 instance with an instance profile.",
      "Bulwark must be running. There is no instance behind it: whoever reaches its",
      "port gets credentials of the profile's role."
    },
    mixinStandardHelpOptions = true)
final class ImdsCommand implements Runnable {
  private static final Pattern INSTANCE_ID = Pattern.compile("i-[0-9a-f]{8}([0-9a-f]{9})?");

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin Main.DataOption data = new Main.DataOption();

  @Option(
      names = "--instance-profile",
      required = true,
      paramLabel = "NAME",
      description = "The instance profile, by its name.")
  String profile = "";

  @Option(
      names = {"--account", "--imds-account"},
      paramLabel = "ID",
      description = "The account that has it (default: the installation's first account).")
  @Nullable String account;

  @Option(
      names = "--instance-id",
      paramLabel = "ID",
      description = "The id of the instance, which names the role's sessions (default: a new one).")
  @Nullable String instanceId;

  // The longer names keep the environment variables of up (BULWARK_PORT, BULWARK_LISTEN) apart.
  @Option(
      names = {"--port", "--imds-port"},
      defaultValue = "1338",
      description = "The port; 0 for any free one (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = {"--listen", "--imds-listen"},
      defaultValue = "127.0.0.1",
      description = "The address to listen on (default: ${DEFAULT-VALUE}: this machine alone).")
  String listen = "";

  @Override
  public void run() {
    var endpoint = Endpoint.read(data.resolved());
    var owner = account == null ? endpoint.account() : account;
    if (!AccountId.isValid(owner)) {
      throw new StartException("--account takes 12 digits, not " + owner);
    }
    // 17 digits, as AWS's ids have.
    var id = instanceId == null ? "i-0" + Ids.hex(8) : instanceId;
    if (!INSTANCE_ID.matcher(id).matches()) {
      throw new StartException(
          "--instance-id takes i- and 17 digits of hexadecimal in lower case, not " + id);
    }
    var identity =
        new ImdsInstance.Identity(
            owner, profile, id, endpoint.region(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    try (var client = new RootClient(data.resolved())) {
      var imds = new Imds(ImdsInstance.launch(identity, client), Clock.systemUTC());
      try (var front = new HttpFront(listen, port, imds::handle)) {
        spec.commandLine()
            .getOut()
            .printf(
                "Instance %s with the instance profile %s is ready at http://%s:%d; for another shell: export AWS_EC2_METADATA_SERVICE_ENDPOINT=http://%s:%d%n",
                id, profile, listen, front.port(), listen, front.port());
        spec.commandLine().getOut().flush();
        awaitTermination();
      }
    }
  }

  /** Until the process is told to end. */
  private static void awaitTermination() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
