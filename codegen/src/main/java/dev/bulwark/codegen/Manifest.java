package dev.bulwark.codegen;

import dev.bulwark.schema.Protocol;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The services to generate, in order; read from {@code manifest.json}. */
record Manifest(List<Service> services) {

  /**
   * One service.
   *
   * @param model the model file's name without {@code -model.json}
   * @param globalService whether it has one endpoint for all Regions, in us-east-1
   * @param protocols empty where the model's own list holds
   * @param operations those to generate; empty for all
   * @param newerOperations those that AWS has added since the model was made: known by name only
   */
  record Service(
      String id,
      String className,
      String model,
      String actionPrefix,
      String eventSource,
      boolean globalService,
      List<Protocol> protocols,
      Set<String> operations,
      Set<String> newerOperations) {}

  static Manifest parse(JsonNode json) {
    var services = new ArrayList<Service>();
    for (var entry : json.get("services")) {
      services.add(
          new Service(
              text(entry, "id"),
              text(entry, "className"),
              text(entry, "model"),
              text(entry, "actionPrefix"),
              text(entry, "eventSource"),
              entry.path("global").asBoolean(false),
              texts(entry.get("protocols")).stream().map(Manifest::protocol).toList(),
              new LinkedHashSet<>(texts(entry.get("operations"))),
              new LinkedHashSet<>(texts(entry.get("newerOperations")))));
    }
    return new Manifest(List.copyOf(services));
  }

  private static Protocol protocol(String name) {
    return Protocol.valueOf(
        name.toUpperCase(java.util.Locale.ROOT).replace('-', '_').replace('.', '_'));
  }

  private static String text(JsonNode entry, String key) {
    var value = entry.get(key);
    if (value == null) {
      throw new IllegalArgumentException("manifest: no " + key + " in " + entry);
    }
    return value.asString();
  }

  private static List<String> texts(@Nullable JsonNode array) {
    var texts = new ArrayList<String>();
    if (array != null) {
      for (var item : array) {
        // A line of names keeps long lists readable.
        texts.addAll(List.of(item.asString().trim().split("\\s+")));
      }
    }
    return texts;
  }
}
