package dev.bulwark.analysis.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.zip.GZIPInputStream;

/**
 * The Service Authorization Reference: which services, actions, resource types and condition keys
 * there are. Read when it is first asked for, and a service's part when that is. The catalog folder
 * of this module tells where the facts come from, and their form.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html">Service
 *     Authorization Reference</a>
 */
public final class AuthorizationReference {
  private static final String RESOURCE = "reference.txt.gz";

  private static final class Bundled {
    static final AuthorizationReference INSTANCE = new AuthorizationReference(text());
  }

  private final List<ConditionKey> globalKeys = new ArrayList<>();
  private final Set<String> federationPrefixes = new HashSet<>();
  private final List<ConditionKey> federationHosts = new ArrayList<>();
  private final Set<String> resourceControlled = new HashSet<>();
  private final Map<String, String> sections = new LinkedHashMap<>();
  private final Map<String, Set<String>> byArnService = new HashMap<>();
  private final ConcurrentMap<String, ServiceFacts> services = new ConcurrentHashMap<>();

  private AuthorizationReference(String text) {
    int at = text.indexOf("\nS ") + 1;
    text.substring(0, at).lines().forEach(this::readGlobal);
    while (at < text.length()) {
      int lineEnd = text.indexOf('\n', at);
      int end = text.indexOf("\nS ", lineEnd - 1);
      if (end < 0) {
        end = text.length();
      }
      var prefix = text.substring(at + 2, lineEnd);
      var section = end < lineEnd ? "" : text.substring(lineEnd + 1, Math.max(lineEnd + 1, end));
      sections.put(prefix, section);
      indexArns(prefix, section);
      at = end + 1;
    }
  }

  /** The reference that comes with this module. */
  public static AuthorizationReference bundled() {
    return Bundled.INSTANCE;
  }

  private static String text() {
    try (var in =
        new GZIPInputStream(
            Objects.requireNonNull(
                AuthorizationReference.class.getResourceAsStream(RESOURCE), RESOURCE))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readGlobal(String line) {
    var fields = line.split(" ");
    var rest = List.of(fields).subList(1, fields.length);
    switch (fields[0]) {
      case "G" -> globalKeys.add(ConditionKey.of(fields[1].charAt(0), fields[2]));
      case "P" ->
          rest.forEach(
              prefix -> {
                if (prefix.contains("${")) {
                  federationHosts.add(ConditionKey.of('S', prefix));
                } else {
                  federationPrefixes.add(prefix.toLowerCase(Locale.ROOT));
                }
              });
      case "C" -> resourceControlled.addAll(rest);
      default -> throw new IllegalStateException("a line of the catalog: " + line);
    }
  }

  private void indexArns(String prefix, String section) {
    section
        .lines()
        .filter(line -> line.startsWith("R "))
        .forEach(
            line -> {
              var parts = line.split(" ")[2].split(":", 4);
              if (parts.length > 2 && !parts[2].contains("$")) {
                byArnService.computeIfAbsent(parts[2], k -> new HashSet<>()).add(prefix);
              }
            });
  }

  /** The prefixes of all services, in lower case. */
  public Set<String> services() {
    return sections.keySet();
  }

  /** What is known of a service; case does not matter. */
  public Optional<ServiceFacts> service(String prefix) {
    var name = prefix.toLowerCase(Locale.ROOT);
    var section = sections.get(name);
    return section == null
        ? Optional.empty()
        : Optional.of(services.computeIfAbsent(name, n -> ServiceFacts.read(n, section)));
  }

  /** The action of a full name such as {@code s3:GetObject}; case does not matter. */
  public Optional<Action> action(String fullName) {
    int colon = fullName.indexOf(':');
    return colon < 0
        ? Optional.empty()
        : service(fullName.substring(0, colon))
            .flatMap(facts -> facts.action(fullName.substring(colon + 1)));
  }

  /** The global condition key that a name in a policy means. */
  public Optional<ConditionKey> globalKey(String name) {
    return globalKeys.stream().filter(key -> key.isNamed(name)).findFirst();
  }

  public List<ConditionKey> globalKeys() {
    return globalKeys;
  }

  /** Whether condition keys of that prefix are those of identity federation. */
  public boolean isFederation(String prefix) {
    var name = prefix.toLowerCase(Locale.ROOT);
    return federationPrefixes.contains(name)
        || federationHosts.stream().anyMatch(host -> host.isNamed(name));
  }

  /** Whether resource control policies apply to a service. */
  public boolean supportsResourceControl(String service) {
    return resourceControlled.contains(service.toLowerCase(Locale.ROOT));
  }

  /** Whether ARNs have that as their service. */
  public boolean isArnService(String name) {
    return byArnService.containsKey(name) || sections.containsKey(name);
  }

  /** The types of resources whose ARNs have a service; empty where there are none. */
  public List<ResourceType> resourceTypes(String arnService) {
    return byArnService.getOrDefault(arnService, Set.of()).stream()
        .flatMap(prefix -> service(prefix).stream())
        .flatMap(facts -> facts.resourceTypes().stream())
        .filter(type -> type.parts().size() == 6 && type.parts().get(2).equals(arnService))
        .distinct()
        .toList();
  }
}
