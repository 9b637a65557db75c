package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Calls of one {@link CrashWriter} that change nothing. Their events are recorded without a wait,
 * so the last of them may be lost in a crash; but not those after which somebody has looked events
 * up, and none is ever there twice.
 */
final class CrashReads {
  private static final Pattern TOKEN = Pattern.compile("\"NextToken\":\"([^\"]+)\"");

  private final int writer;

  /** Users that are not there, each asked for once; without those whose events were lost. */
  private final List<String> asked = new ArrayList<>();

  private final Set<String> durable = new HashSet<>();
  private int last;

  CrashReads(int writer) {
    this.writer = writer;
  }

  /** Asks for a user; and sees to the event where that is wanted. */
  void read(RawConnection connection, URI endpoint, boolean lookUp) throws IOException {
    var name = "ghost-" + writer + "-" + ++last + "-";
    asked.add(name);
    CrashWriter.send(
        connection,
        Requests.signed(
            Requests.form(endpoint, "Action", "GetUser", "Version", "2010-05-08", "UserName", name),
            RunningServer.ROOT,
            "iam"),
        404);
    if (lookUp) {
      CrashWriter.send(connection, lookUp(endpoint, "{\"MaxResults\":1}"), 200);
      durable.addAll(asked);
    }
  }

  private static HttpRequest lookUp(URI endpoint, String body) {
    var request = Requests.of(endpoint, "POST", "/", "", body.getBytes(StandardCharsets.UTF_8));
    request
        .headers()
        .set("content-type", "application/x-amz-json-1.1")
        .set("x-amz-target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents");
    return Requests.signed(request, RunningServer.ROOT, "cloudtrail");
  }

  void verify(RawConnection connection, URI endpoint) throws IOException {
    var recorded = recorded(connection, endpoint);
    for (var name : List.copyOf(asked)) {
      int times = recorded.split(name, -1).length - 1;
      // An event names the user in its parameters and in its error.
      assertThat(times).as("%s in the record", name).isIn(0, 2);
      if (durable.contains(name)) {
        assertThat(times).as("%s is lost", name).isEqualTo(2);
      } else if (times > 0) {
        durable.add(name);
      } else {
        asked.remove(name);
      }
    }
  }

  private static String recorded(RawConnection connection, URI endpoint) throws IOException {
    var all = new StringBuilder();
    var query =
        "{\"LookupAttributes\":[{\"AttributeKey\":\"EventName\",\"AttributeValue\":\"GetUser\"}]";
    var more = "";
    while (true) {
      var page = CrashWriter.send(connection, lookUp(endpoint, query + more + "}"), 200).text();
      all.append(page);
      var token = TOKEN.matcher(page);
      if (!token.find()) {
        return all.toString();
      }
      more = ",\"NextToken\":\"" + token.group(1) + "\"";
    }
  }
}
