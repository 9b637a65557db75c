package dev.bulwark.server;

import java.nio.charset.StandardCharsets;
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
    var answer = ask();
    var out = spec.commandLine().getOut();
    if (json) {
      out.println(new String(answer, StandardCharsets.UTF_8));
    } else {
      out.print(ExplanationText.of(CallExplainer.parse(answer)));
    }
    out.flush();
  }

  private byte[] ask() {
    var answer =
        RootClient.send(
            data.resolved(), "GET", ExplainRoute.PATH + eventId, new byte[0], ExplainRoute.SERVICE);
    if (answer.status() != 200) {
      throw new StartException(
          CallExplainer.parse(answer.body()).path("message").asString("no explanation"));
    }
    return answer.body();
  }
}
