package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.Unit;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random inputs and outputs of every operation, there and back again, in every protocol that its
 * service speaks.
 */
class RoundTripTest {
  private static final Router ROUTER = Router.ofCatalog(Set.of());

  /**
   * Answered by other endpoints of AWS's (directory buckets, Outposts), which sign with other
   * names.
   */
  private static final Set<String> ELSEWHERE =
      Set.of("s3:ListDirectoryBuckets", "s3control:CreateBucket");

  static Stream<ServiceInfo> services() {
    return ServiceCatalog.services().stream();
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyInputIsReadAsItWasWritten(ServiceInfo service) {
    var values = new RandomValues(service.id().hashCode());
    for (var operation : ServiceCatalog.model(service.id()).operations()) {
      if (RandomValues.hasEventStream(operation.input())
          || ELSEWHERE.contains(operation.toString())) {
        continue;
      }
      for (var protocol : service.protocols()) {
        for (var i = 0; i < 3; i++) {
          var input = values.structure(operation.input(), i + 1);
          var what = protocol + " " + operation + " " + i;
          try {
            var route = ROUTER.route(Client.request(operation, protocol, input));
            assertThat(route.operation()).as(what).isSameAs(operation);
            assertThat(route.protocol()).as(what).isEqualTo(protocol);
            var read = Protocols.of(protocol).decode(operation, route.request(), route);
            assertThat(Same.text(read)).as(what).isEqualTo(Same.text(input));
            validate(operation, read);
          } catch (dev.bulwark.schema.ApiException e) {
            if (e instanceof RoutingException || !isConstraint(e)) {
              fail(what + ": " + e.code() + " " + e.getMessage() + " " + Same.text(input), e);
            }
          }
        }
      }
    }
  }

  /** What was made at random may break any constraint, and each service has its words for that. */
  private static void validate(Operation<?, ?> operation, Structure input) {
    try {
      Validator.validate(operation, input);
    } catch (dev.bulwark.schema.ApiException e) {
      assertThat(e.httpStatus()).as(e.getMessage()).isEqualTo(400);
    }
  }

  private static boolean isConstraint(dev.bulwark.schema.ApiException e) {
    return e.getMessage() != null && e.getMessage().contains("failed to satisfy constraint");
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyOutputIsReadAsItWasWritten(ServiceInfo service) throws Exception {
    var values = new RandomValues(service.id().hashCode());
    for (var operation : ServiceCatalog.model(service.id()).operations()) {
      if (RandomValues.hasEventStream(operation.output())
          || operation.output().name().equals(Unit.NAME)) {
        continue;
      }
      for (var protocol : service.protocols()) {
        var output = values.structure(operation.output(), 3);
        var response = Protocols.of(protocol).encode(operation, output, "req-1");
        var what = protocol + " " + operation;
        var bytes = response.body().stream().readAllBytes();
        var read = read(operation, protocol, response, bytes);
        assertThat(Same.text(read)).as(what).isEqualTo(Same.text(withoutStatus(output)));
      }
    }
  }

  private static Structure withoutStatus(Structure output) {
    var builder = output.shape().newBuilder();
    for (var member : output.shape().members()) {
      if (member.location() != Location.STATUS) {
        builder.member(member.index(), output.member(member.index()));
      }
    }
    return builder.build();
  }

  private static Structure read(
      Operation<?, ?> operation, Protocol protocol, HttpResponse response, byte[] bytes)
      throws Exception {
    var shape = operation.output();
    var builder = shape.newBuilder();
    switch (protocol) {
      case AWS_JSON_1_0, AWS_JSON_1_1, RPC_V2_CBOR ->
          TokenReader.fill(bytes, shape, builder, protocol == Protocol.RPC_V2_CBOR);
      case QUERY -> {
        var text = new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
        var start = text.indexOf("<" + operation.resultWrapper() + ">");
        var end = text.lastIndexOf("<ResponseMetadata>");
        XmlReader.fill(Wire.utf8(text.substring(start, end)), shape, builder, null);
      }
      case EC2_QUERY -> XmlReader.fill(bytes, shape, builder, null);
      case REST_JSON, REST_XML -> {
        var request = new HttpRequest("GET", "/", "", response.headers(), Body.empty(), "", false);
        var info = operation.service().info();
        Bindings.of(shape)
            .read(
                request,
                new Route(info, operation, protocol, Map.of(), request),
                protocol,
                builder);
        var payload = shape.payload();
        if (payload == null) {
          document(operation, protocol, bytes, builder);
        } else if (bytes.length > 0) {
          builder.member(
              payload.index(),
              payload.streaming()
                  ? Body.of(bytes)
                  : switch (payload.target().type()) {
                    case BLOB -> bytes;
                    case STRING -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
                    default ->
                        protocol == Protocol.REST_JSON
                            ? TokenReader.value(bytes, payload)
                            : XmlReader.structure(bytes, payload.target(), payload.wireName());
                  });
        }
      }
    }
    return builder.build();
  }

  private static void document(
      Operation<?, ?> operation,
      Protocol protocol,
      byte[] bytes,
      dev.bulwark.schema.StructureBuilder<?> builder)
      throws Exception {
    if (bytes.length == 0) {
      return;
    }
    if (protocol == Protocol.REST_JSON) {
      TokenReader.fill(bytes, operation.output(), builder, false);
    } else if (operation.name().equals("GetBucketLocation")) {
      // The root element is the value itself.
      var text =
          new String(bytes, java.nio.charset.StandardCharsets.UTF_8)
              .replaceAll("<[^>]*>", "")
              .strip();
      if (!text.isEmpty()) {
        builder.member(0, text);
      }
    } else {
      XmlReader.fill(bytes, operation.output(), builder, null);
    }
  }
}
