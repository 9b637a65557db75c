package dev.bulwark.analysis.compare;

import dev.bulwark.analysis.json.Json;
import dev.bulwark.analysis.json.JsonReader;
import dev.bulwark.analysis.json.JsonSyntaxException;
import dev.bulwark.policy.Policy;
import dev.bulwark.policy.PolicyException;
import dev.bulwark.policy.PolicyException.Problem;
import dev.bulwark.policy.PolicyKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Policies from documents whose kind is only roughly known: a resource policy can be a trust
 * policy, and can leave out the resource, which is the one that it is attached to.
 */
public final class PolicyDocuments {
  private PolicyDocuments() {}

  /** An identity policy. */
  public static Policy identity(String document) throws PolicyException {
    return Policy.parse(document, PolicyKind.IDENTITY);
  }

  /** A role's trust policy. */
  public static Policy trust(String document) throws PolicyException {
    return Policy.parse(document, PolicyKind.TRUST);
  }

  /** A resource's policy other than a trust policy. */
  public static Policy resource(String document) throws PolicyException {
    try {
      return Policy.parse(document, PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      if (e.problem() != Problem.MISSING_RESOURCE) {
        throw e;
      }
      return Policy.parse(withResources(document), PolicyKind.RESOURCE);
    }
  }

  /** A resource's policy of whatever kind. */
  public static Policy resourceOrTrust(String document) throws PolicyException {
    try {
      return Policy.parse(document, PolicyKind.RESOURCE);
    } catch (PolicyException e) {
      if (e.problem() != Problem.MISSING_RESOURCE) {
        throw e;
      }
    }
    try {
      return trust(document);
    } catch (PolicyException e) {
      return resource(document);
    }
  }

  private static String withResources(String document) {
    Json root;
    try {
      root = JsonReader.read(document);
    } catch (JsonSyntaxException e) {
      return document;
    }
    List<Integer> places = new ArrayList<>();
    if (root instanceof Json.Obj object) {
      object.members().stream()
          .filter(member -> member.name().equals("Statement"))
          .forEach(member -> collect(member.value(), places));
    }
    var text = new StringBuilder(document);
    for (var place : places.reversed()) {
      text.insert(place, "\"Resource\":\"*\",");
    }
    return text.toString();
  }

  private static void collect(Json value, List<Integer> places) {
    switch (value) {
      case Json.Arr array -> array.items().forEach(item -> collect(item, places));
      case Json.Obj statement -> {
        boolean named = statement.members().stream().anyMatch(m -> m.name().endsWith("Resource"));
        if (!named && !statement.members().isEmpty()) {
          places.add(statement.start() + 1);
        }
      }
      default -> {}
    }
  }
}
