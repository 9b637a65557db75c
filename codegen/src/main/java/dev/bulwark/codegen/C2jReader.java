package dev.bulwark.codegen;

import dev.bulwark.schema.Fault;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.schema.ServiceModel;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.TimestampFormat;
import dev.bulwark.schema.Unit;
import dev.bulwark.schema.XmlNamespace;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one C2J model and keeps what the wanted operations reach. */
final class C2jReader {
  private final Manifest.Service service;
  private final JsonNode json;
  private final JsonNode shapes;
  private final List<Protocol> protocols;

  private C2jReader(Manifest.Service service, JsonNode json) {
    this.service = service;
    this.json = json;
    this.shapes = json.get("shapes");
    this.protocols =
        service.protocols().isEmpty() ? protocolsOf(json.get("metadata")) : service.protocols();
  }

  static ServiceSource read(Manifest.Service service, JsonNode json) {
    return new C2jReader(service, json).read();
  }

  private ServiceSource read() {
    var operations = new LinkedHashMap<String, JsonNode>();
    var omitted = new LinkedHashSet<String>();
    var unknown = new LinkedHashSet<>(service.operations());
    for (var entry : json.get("operations").properties()) {
      var name = operationName(entry.getKey());
      if (service.operations().isEmpty() || unknown.remove(name)) {
        operations.put(name, entry.getValue());
      } else {
        omitted.add(name);
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(service.id() + " has no operations " + unknown);
    }
    for (var name : service.newerOperations()) {
      if (operations.containsKey(name) || !omitted.add(name)) {
        throw new IllegalArgumentException(service.id() + "'s model has " + name + " already");
      }
    }
    var reached = reachable(operations.values());
    var shapeList = new ArrayList<Shape>();
    var docs = new HashMap<String, String>();
    var index = 0;
    for (var entry : shapes.properties()) {
      if (!reached.contains(entry.getKey())) {
        continue;
      }
      var numbered = isPlainStructure(entry.getValue());
      shapeList.add(readShape(entry.getKey(), entry.getValue(), numbered ? index++ : -1));
      putDoc(docs, entry.getKey(), entry.getValue());
    }
    shapeList.add(Unit.newShape(index));
    var operationList = new ArrayList<Operation<?, ?>>();
    var operationDocs = new HashMap<String, String>();
    operations.forEach(
        (name, operation) -> {
          operationList.add(readOperation(name, operation));
          putDoc(operationDocs, name, operation);
        });
    var model =
        new ServiceModel(
            info(),
            operationList,
            shapeList,
            number -> {
              throw new UnsupportedOperationException();
            },
            omitted);
    return new ServiceSource(model, docs, operationDocs);
  }

  private static void putDoc(Map<String, String> docs, String name, JsonNode node) {
    var doc = node.get("documentation");
    if (doc != null) {
      docs.put(name, doc.asString());
    }
  }

  /**
   * CloudFront's operations carry the API's version in their names; its actions and its clients do
   * not.
   */
  private String operationName(String key) {
    var suffix = json.get("metadata").path("apiVersion").asString("").replace('-', '_');
    return !suffix.isEmpty() && key.endsWith(suffix)
        ? key.substring(0, key.length() - suffix.length())
        : key;
  }

  private Set<String> reachable(Iterable<JsonNode> operations) {
    var reached = new LinkedHashSet<String>();
    var todo = new ArrayDeque<String>();
    for (var operation : operations) {
      for (var key : List.of("input", "output")) {
        if (operation.has(key)) {
          todo.add(target(operation.get(key)));
        }
      }
      for (var error : operation.path("errors")) {
        todo.add(target(error));
      }
    }
    while (!todo.isEmpty()) {
      var name = todo.remove();
      if (reached.add(name)) {
        var shape = shapes.get(name);
        if (shape == null) {
          throw new IllegalArgumentException(service.id() + " has no shape " + name);
        }
        memberNodes(shape).values().forEach(member -> todo.add(target(member)));
      }
    }
    return reached;
  }

  private ServiceInfo info() {
    var metadata = json.get("metadata");
    var prefix = metadata.get("endpointPrefix").asString();
    return new ServiceInfo(
        service.id(),
        service.className(),
        metadata.get("serviceId").asString(),
        metadata.get("apiVersion").asString(),
        prefix,
        metadata.path("signingName").asString(prefix),
        service.actionPrefix(),
        service.eventSource(),
        text(metadata, "targetPrefix"),
        protocols,
        xmlNamespace(metadata),
        service.globalService(),
        metadata.has("awsQueryCompatible"));
  }

  /**
   * Of the metadata, or for the REST services, which have none there, the one that their inputs
   * share.
   */
  private @Nullable String xmlNamespace(JsonNode metadata) {
    var own = namespace(metadata);
    if (own != null || !protocols.contains(Protocol.REST_XML)) {
      return own == null ? null : own.uri();
    }
    for (var operation : json.get("operations")) {
      var namespace = namespace(operation.path("input"));
      if (namespace != null) {
        return namespace.uri();
      }
    }
    for (var shape : shapes) {
      for (var member : shape.path("members")) {
        var namespace = namespace(member);
        if (namespace != null && namespace.prefix().isEmpty()) {
          return namespace.uri();
        }
      }
    }
    return null;
  }

  private static List<Protocol> protocolsOf(JsonNode metadata) {
    var names = new ArrayList<String>();
    metadata.path("protocols").forEach(name -> names.add(name.asString()));
    if (names.isEmpty()) {
      names.add(metadata.get("protocol").asString());
    }
    return names.stream()
        .map(name -> protocol(name, metadata.path("jsonVersion").asString("")))
        .toList();
  }

  private static Protocol protocol(String name, String jsonVersion) {
    return switch (name) {
      case "json" -> jsonVersion.equals("1.0") ? Protocol.AWS_JSON_1_0 : Protocol.AWS_JSON_1_1;
      case "rest-json" -> Protocol.REST_JSON;
      case "rest-xml" -> Protocol.REST_XML;
      case "query" -> Protocol.QUERY;
      case "ec2" -> Protocol.EC2_QUERY;
      case "smithy-rpc-v2-cbor" -> Protocol.RPC_V2_CBOR;
      default -> throw new IllegalArgumentException("unknown protocol " + name);
    };
  }

  private Operation<?, ?> readOperation(String name, JsonNode node) {
    var http = node.get("http");
    var input = node.path("input");
    var output = node.path("output");
    var wrapper = text(output, "resultWrapper");
    if (wrapper == null && output.has("shape") && protocols.contains(Protocol.QUERY)) {
      wrapper = name + "Result";
    }
    var errors = new ArrayList<String>();
    node.path("errors").forEach(error -> errors.add(target(error)));
    return new Operation<>(
        name,
        new Operation.Http(
            http.get("method").asString(),
            http.path("requestUri").asString("/"),
            http.path("responseCode").asInt(200)),
        input.has("shape") ? target(input) : Unit.NAME,
        output.has("shape") ? target(output) : Unit.NAME,
        text(input, "locationName"),
        namespace(input),
        wrapper,
        errors,
        isAnonymous(node));
  }

  private static boolean isAnonymous(JsonNode operation) {
    for (var scheme : operation.path("auth")) {
      if (scheme.asString().equals("smithy.api#noAuth")) {
        return true;
      }
    }
    return operation.path("authtype").asString("").equals("none");
  }

  private static boolean isPlainStructure(JsonNode shape) {
    return type(shape) == ShapeType.STRUCTURE && !flag(shape, "exception");
  }

  private Shape readShape(String name, JsonNode node, int structureIndex) {
    var required = new LinkedHashSet<String>();
    node.path("required").forEach(member -> required.add(member.asString()));
    var members = new ArrayList<Member>();
    memberNodes(node)
        .forEach(
            (key, member) ->
                members.add(readMember(key, member, members.size(), required.contains(key))));
    var payload = -1;
    for (var member : members) {
      if (member.name().equals(text(node, "payload"))) {
        payload = member.index();
      }
    }
    return new Shape(
        name,
        type(node),
        structureIndex,
        members,
        payload,
        constraints(node),
        flag(node, "flattened"),
        flag(node, "sensitive"),
        flag(node, "union"),
        text(node, "locationName"),
        namespace(node),
        timestampFormat(node),
        flag(node, "exception") ? error(name, node) : null);
  }

  /**
   * A structure's members, in XML's order where the model tells it; or a collection's element, or
   * key and value.
   */
  private static Map<String, JsonNode> memberNodes(JsonNode shape) {
    var nodes = new LinkedHashMap<String, JsonNode>();
    for (var name : shape.path("xmlOrder")) {
      var member = shape.path("members").get(name.asString());
      if (member != null) {
        nodes.put(name.asString(), member);
      }
    }
    for (var entry : shape.path("members").properties()) {
      nodes.putIfAbsent(entry.getKey(), entry.getValue());
    }
    for (var key : List.of("member", "key", "value")) {
      if (shape.has(key)) {
        nodes.put(key, shape.get(key));
      }
    }
    return nodes;
  }

  private Member readMember(String name, JsonNode node, int index, boolean required) {
    var target = shapes.get(target(node));
    return new Member(
        name,
        index,
        target(node),
        text(node, "locationName"),
        text(node, "queryName"),
        location(node),
        required,
        flag(node, "idempotencyToken"),
        flag(node, "flattened"),
        flag(node, "xmlAttribute"),
        target != null
            && type(target) == ShapeType.BLOB
            && (flag(node, "streaming") || flag(target, "streaming")),
        flag(node, "jsonvalue"),
        timestampFormat(node),
        namespace(node));
  }

  private static Location location(JsonNode member) {
    var location = text(member, "location");
    return switch (location) {
      case null -> Location.BODY;
      case "uri" -> Location.URI;
      case "querystring" -> Location.QUERY;
      case "header" -> Location.HEADER;
      case "headers" -> Location.HEADERS;
      case "statusCode" -> Location.STATUS;
      default -> throw new IllegalArgumentException("unknown location " + location);
    };
  }

  private static ShapeType type(JsonNode shape) {
    var type = shape.get("type").asString();
    return switch (type) {
      case "structure" ->
          flag(shape, "eventstream")
              ? ShapeType.EVENT_STREAM
              : flag(shape, "document") ? ShapeType.DOCUMENT : ShapeType.STRUCTURE;
      case "list" -> ShapeType.LIST;
      case "map" -> ShapeType.MAP;
      case "string", "character" -> ShapeType.STRING;
      case "boolean" -> ShapeType.BOOLEAN;
      case "integer", "short", "byte" -> ShapeType.INTEGER;
      case "long" -> ShapeType.LONG;
      case "float" -> ShapeType.FLOAT;
      case "double" -> ShapeType.DOUBLE;
      case "timestamp" -> ShapeType.TIMESTAMP;
      case "blob" -> ShapeType.BLOB;
      default -> throw new IllegalArgumentException("unknown type " + type);
    };
  }

  private static Shape.Constraints constraints(JsonNode shape) {
    var values = new ArrayList<String>();
    shape.path("enum").forEach(value -> values.add(value.asString()));
    var min = number(shape, "min");
    var max = number(shape, "max");
    var pattern = text(shape, "pattern");
    return min == null && max == null && pattern == null && values.isEmpty()
        ? Shape.Constraints.NONE
        : new Shape.Constraints(min, max, pattern, List.copyOf(values));
  }

  private static Shape.ErrorTrait error(String name, JsonNode shape) {
    var error = shape.path("error");
    var serverFault = flag(shape, "fault");
    var status = error.path("httpStatusCode").asInt(serverFault ? 500 : 400);
    var client = flag(error, "senderFault") || status < 500 && !serverFault;
    return new Shape.ErrorTrait(
        error.path("code").asString(name), status, client ? Fault.CLIENT : Fault.SERVER);
  }

  private static @Nullable TimestampFormat timestampFormat(JsonNode node) {
    var format = text(node, "timestampFormat");
    return switch (format) {
      case null -> null;
      case "iso8601" -> TimestampFormat.ISO8601;
      case "rfc822" -> TimestampFormat.RFC822;
      case "unixTimestamp" -> TimestampFormat.UNIX;
      default -> throw new IllegalArgumentException("unknown timestamp format " + format);
    };
  }

  private static @Nullable XmlNamespace namespace(JsonNode node) {
    var namespace = node.get("xmlNamespace");
    if (namespace == null) {
      return null;
    }
    return namespace.isString()
        ? new XmlNamespace("", namespace.asString())
        : new XmlNamespace(namespace.path("prefix").asString(""), namespace.get("uri").asString());
  }

  private static String target(JsonNode reference) {
    return reference.get("shape").asString();
  }

  private static boolean flag(JsonNode node, String key) {
    return node.path(key).asBoolean(false);
  }

  private static @Nullable String text(JsonNode node, String key) {
    var value = node.get(key);
    return value == null ? null : value.asString();
  }

  private static @Nullable Double number(JsonNode node, String key) {
    var value = node.get(key);
    return value == null ? null : Double.valueOf(value.asDouble());
  }
}
