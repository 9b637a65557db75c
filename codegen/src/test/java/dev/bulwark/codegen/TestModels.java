package dev.bulwark.codegen;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Small models written in place. */
final class TestModels {
  private static final JsonMapper JSON = new JsonMapper();

  private TestModels() {}

  static ObjectNode json(String text) {
    return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
  }

  /**
   * A service of that protocol, with operations and shapes as the model files write them (in single
   * quotes).
   */
  static ServiceSource read(String metadata, String operations, String shapes, String... wanted) {
    var model =
        json(
            "{'metadata': {'apiVersion': '2020-05-31', 'endpointPrefix': 'test', 'serviceId': 'Test', %s},"
                    .formatted(metadata)
                + "'operations': {%s}, 'shapes': {%s}}".formatted(operations, shapes));
    var service =
        new Manifest.Service(
            "test",
            "Test",
            "test",
            "test",
            "test.amazonaws.com",
            false,
            List.of(),
            Set.of(wanted),
            Set.of("Newer"));
    return C2jReader.read(service, model);
  }
}
