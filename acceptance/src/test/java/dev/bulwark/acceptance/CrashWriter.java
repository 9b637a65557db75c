package dev.bulwark.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bulwark.acceptance.RawConnection.Answer;
import dev.bulwark.wire.HttpRequest;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudtrail.CloudTrailClient;
import software.amazon.awssdk.services.cloudtrail.model.LookupAttributeKey;

/**
 * Writes one thing after the other, and remembers what was acknowledged and what was under way when
 * the server died. Has names of its own, so writers do not mind each other.
 */
final class CrashWriter {
  /** One that keeps versions, and one that does not. */
  static final List<String> BUCKETS = List.of("crash-bucket", "crash-versions");

  private final int number;
  private final Random random;
  private final CrashObjects objects;
  private final CrashReads reads;
  private final Map<String, Boolean> users = new HashMap<>();
  private final List<String> chain = new ArrayList<>();
  private @Nullable String underWay;
  private int version;
  private int acknowledged;

  CrashWriter(int number, long seed) {
    this.number = number;
    this.random = new Random(seed * 31 + number);
    this.objects = new CrashObjects(number);
    this.reads = new CrashReads(number);
  }

  int acknowledged() {
    return acknowledged;
  }

  /** Ends when a request gets no answer. */
  void writeUntilItDies(URI endpoint, CountDownLatch acknowledgements) {
    underWay = null;
    objects.begin();
    try (var connection = new RawConnection(endpoint, 30_000)) {
      while (true) {
        switch (random.nextInt(10)) {
          case 0 -> objects.put(connection, endpoint, "tiny", random.nextInt(20));
          case 1, 2 -> objects.put(connection, endpoint, "small", random.nextInt(20));
          case 3 -> objects.put(connection, endpoint, "large", random.nextInt(4));
          case 4 -> objects.upload(connection, endpoint, random.nextInt(4));
          case 5 -> objects.delete(connection, endpoint, "small", random.nextInt(20));
          case 6 ->
              objects.delete(
                  connection,
                  endpoint,
                  random.nextBoolean() ? "large" : "parts",
                  random.nextInt(4));
          case 7 -> reads.read(connection, endpoint, random.nextInt(5) == 0);
          default -> nextOfChain(connection, endpoint);
        }
        acknowledged++;
        acknowledgements.countDown();
      }
    } catch (IOException e) {
      // It is dead, as it should be.
    }
  }

  /** A user with a policy and a membership; every second one is taken down again, step by step. */
  private void nextOfChain(RawConnection connection, URI endpoint) throws IOException {
    if (chain.isEmpty()) {
      var user = "crash-" + number + "-" + ++version;
      chain.addAll(List.of("CreateUser " + user, "PutUserPolicy " + user));
      if (version % 2 == 0) {
        chain.addAll(List.of("DeleteUserPolicy " + user, "DeleteUser " + user));
      }
    }
    var step = chain.getFirst().split(" ");
    var form =
        new ArrayList<>(List.of("Action", step[0], "Version", "2010-05-08", "UserName", step[1]));
    if (step[0].endsWith("UserPolicy")) {
      form.addAll(List.of("PolicyName", "p"));
    }
    if (step[0].equals("PutUserPolicy")) {
      form.addAll(
          List.of(
              "PolicyDocument",
              "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}"));
    }
    underWay = chain.getFirst();
    send(
        connection,
        Requests.signed(
            Requests.form(endpoint, form.toArray(String[]::new)), RunningServer.ROOT, "iam"),
        200);
    if (step[0].equals("CreateUser")) {
      users.put(step[1], true);
    } else if (step[0].equals("DeleteUser")) {
      users.put(step[1], false);
    }
    underWay = null;
    chain.removeFirst();
  }

  static Answer send(RawConnection connection, HttpRequest request, int status) throws IOException {
    // A request that is not answered is not sent again: nobody knows whether it was served.
    var answer = connection.send(RawConnection.bytes(request), false, false);
    if (answer == null) {
      throw new IOException("no answer");
    }
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    return answer;
  }

  /** Compares the server's state with the memory, and takes over what was under way. */
  void verify(RunningServer server) throws IOException {
    try (var connection = new RawConnection(server.endpoint(), 30_000)) {
      objects.verify(connection, server.endpoint());
      reads.verify(connection, server.endpoint());
      for (var user : List.copyOf(users.keySet())) {
        if (underWay == null || !underWay.endsWith(" " + user)) {
          assertThat(exists(connection, server.endpoint(), user))
              .as(user)
              .isEqualTo(users.get(user));
        }
      }
      verifyStepUnderWay(connection, server);
    }
  }

  private boolean exists(RawConnection connection, URI endpoint, String user) throws IOException {
    var answer = get(connection, endpoint, "GetUser", user);
    assertThat(answer.status()).isIn(200, 404);
    return answer.status() == 200;
  }

  private static Answer get(RawConnection connection, URI endpoint, String action, String user)
      throws IOException {
    return connection.send(
        Requests.signed(
            Requests.form(
                endpoint,
                "Action",
                action,
                "Version",
                "2010-05-08",
                "UserName",
                user,
                "PolicyName",
                "p"),
            RunningServer.ROOT,
            "iam"));
  }

  /** The step that got no answer was done, with its event, or not done, without one. */
  private void verifyStepUnderWay(RawConnection connection, RunningServer server)
      throws IOException {
    var step = underWay == null ? chainBefore() : underWay;
    if (step == null || !step.contains(" ")) {
      return;
    }
    var action = step.split(" ")[0];
    var user = step.split(" ")[1];
    var exists = exists(connection, server.endpoint(), user);
    var policy = get(connection, server.endpoint(), "GetUserPolicy", user).status() == 200;
    var done =
        switch (action) {
          case "CreateUser" -> exists;
          case "DeleteUser" -> !exists;
          case "PutUserPolicy" -> policy;
          default -> exists && !policy;
        };
    if (underWay == null) {
      return;
    }
    var recorded =
        server
            .client(CloudTrailClient.builder(), RunningServer.ROOT)
            .lookupEvents(
                r ->
                    r.lookupAttributes(
                        a -> a.attributeKey(LookupAttributeKey.RESOURCE_NAME).attributeValue(user)))
            .events()
            .stream()
            .filter(e -> e.eventName().equals(action))
            .filter(e -> !e.cloudTrailEvent().contains("\"errorCode\""))
            .count();
    assertThat(recorded).as("events of %s", step).isEqualTo(done ? 1 : 0);
    if (done) {
      chain.removeFirst();
      if (action.equals("CreateUser") || action.equals("DeleteUser")) {
        users.put(user, action.equals("CreateUser"));
      }
    }
  }

  private @Nullable String chainBefore() {
    return chain.isEmpty() ? null : chain.getFirst();
  }
}
