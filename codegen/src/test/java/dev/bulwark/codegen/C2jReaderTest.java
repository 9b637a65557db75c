package dev.bulwark.codegen;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.schema.Fault;
import dev.bulwark.schema.Location;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Protocol;
import dev.bulwark.schema.ServiceModel;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.TimestampFormat;
import dev.bulwark.schema.Unit;
import dev.bulwark.schema.XmlNamespace;
import java.util.List;
import org.junit.jupiter.api.Test;

class C2jReaderTest {
  private static final String QUERY = "'protocol': 'query', 'xmlNamespace': 'https://test/doc/'";
  private static final String POST = "'http': {'method': 'POST', 'requestUri': '/'}";

  private static Member member(ServiceModel model, String shape, String name) {
    return requireNonNull(model.shape(shape).memberNamed(name));
  }

  @Test
  void keepsOnlyWhatWantedOperationsReachAndRemembersTheOthersByName() {
    var model =
        TestModels.read(
                QUERY,
                """
                'A': {%1$s, 'input': {'shape': 'AIn'}, 'errors': [{'shape': 'Gone'}]},
                'B': {%1$s, 'input': {'shape': 'BIn'}}
                """
                    .formatted(POST),
                """
                'AIn': {'type': 'structure', 'members': {'X': {'shape': 'Names'}}},
                'Names': {'type': 'list', 'member': {'shape': 'Name'}},
                'Name': {'type': 'string'},
                'Gone': {'type': 'structure', 'members': {}, 'exception': true},
                'BIn': {'type': 'structure', 'members': {}}
                """,
                "A")
            .model();

    assertThat(model.shapes())
        .extracting(Shape::name)
        .containsExactly("AIn", "Names", "Name", "Gone", Unit.NAME);
    assertThat(model.findOperation("B")).isNull();
    assertThat(model.knows("B")).isTrue();
    assertThat(model.knows("Newer")).isTrue();
    assertThat(model.knows("C")).isFalse();
    assertThat(model.operation("A").output().name()).isEqualTo(Unit.NAME);
  }

  @Test
  void refusesAWantedOperationThatTheModelLacks() {
    assertThatThrownBy(() -> TestModels.read(QUERY, "'A': {%s}".formatted(POST), "", "A", "Typo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Typo");
  }

  @Test
  void readsHttpBindingsAndPayloads() {
    var model =
        TestModels.read(
                "'protocol': 'rest-xml'",
                """
                'Put': {'http': {'method': 'PUT', 'requestUri': '/{Key+}?acl', 'responseCode': 204},
                  'input': {'shape': 'In', 'locationName': 'PutRequest',
                            'xmlNamespace': {'uri': 'https://test/doc/'}}}
                """,
                """
                'In': {'type': 'structure', 'payload': 'Body', 'required': ['Key'], 'members': {
                  'Key': {'shape': 'S', 'location': 'uri', 'locationName': 'Key'},
                  'Meta': {'shape': 'M', 'location': 'headers', 'locationName': 'x-amz-meta-'},
                  'Since': {'shape': 'T', 'location': 'header', 'locationName': 'If-Modified-Since'},
                  'Body': {'shape': 'B'}}},
                'S': {'type': 'string', 'min': 1, 'max': 1024, 'pattern': '.+'},
                'M': {'type': 'map', 'key': {'shape': 'S'}, 'value': {'shape': 'S'}},
                'T': {'type': 'timestamp', 'timestampFormat': 'rfc822'},
                'B': {'type': 'blob', 'streaming': true}
                """)
            .model();
    var operation = model.operation("Put");
    var input = operation.input();

    assertThat(operation.http().status()).isEqualTo(204);
    assertThat(operation.http().uri()).isEqualTo("/{Key+}?acl");
    assertThat(operation.inputElement()).isEqualTo("PutRequest");
    assertThat(operation.inputNamespace()).isEqualTo(new XmlNamespace("", "https://test/doc/"));
    assertThat(model.info().xmlNamespace()).isEqualTo("https://test/doc/");
    assertThat(requireNonNull(input.payload()).streaming()).isTrue();
    assertThat(member(model, "In", "Key").location()).isEqualTo(Location.URI);
    assertThat(member(model, "In", "Key").required()).isTrue();
    assertThat(member(model, "In", "Meta").location()).isEqualTo(Location.HEADERS);
    assertThat(member(model, "In", "Since").target().timestampFormat())
        .isEqualTo(TimestampFormat.RFC822);
    assertThat(model.shape("S").constraints())
        .isEqualTo(new Shape.Constraints(1.0, 1024.0, ".+", List.of()));
  }

  @Test
  void readsFlatteningAndWireNames() {
    var model =
        TestModels.read(
                QUERY,
                "'A': {%s, 'output': {'shape': 'Out'}}".formatted(POST),
                """
                'Out': {'type': 'structure', 'xmlOrder': ['Second', 'First'], 'members': {
                  'First': {'shape': 'L', 'flattened': true, 'locationName': 'first', 'queryName': 'One'},
                  'Second': {'shape': 'F'}}},
                'L': {'type': 'list', 'member': {'shape': 'S', 'locationName': 'item'}},
                'F': {'type': 'list', 'member': {'shape': 'S'}, 'flattened': true},
                'S': {'type': 'string'}
                """)
            .model();

    assertThat(model.shape("Out").members())
        .extracting(Member::name)
        .containsExactly("Second", "First");
    assertThat(member(model, "Out", "First").flattened()).isTrue();
    assertThat(member(model, "Out", "First").wireName()).isEqualTo("first");
    assertThat(member(model, "Out", "First").queryWireName()).isEqualTo("One");
    assertThat(member(model, "Out", "Second").flattened()).isTrue();
    assertThat(model.shape("L").element().wireName()).isEqualTo("item");
    assertThat(model.operation("A").resultWrapper()).isEqualTo("AResult");
  }

  @Test
  void readsErrors() {
    var shapes =
        """
        'Coded': {'type': 'structure', 'members': {}, 'exception': true,
                  'error': {'code': 'NoSuchThing', 'httpStatusCode': 404, 'senderFault': true}},
        'Plain': {'type': 'structure', 'members': {}, 'exception': true},
        'Broken': {'type': 'structure', 'members': {}, 'exception': true, 'fault': true}
        """;
    var errors = "'errors': [{'shape': 'Coded'}, {'shape': 'Plain'}, {'shape': 'Broken'}]";
    var model = TestModels.read(QUERY, "'A': {%s, %s}".formatted(POST, errors), shapes).model();

    assertThat(model.shape("Coded").error())
        .isEqualTo(new Shape.ErrorTrait("NoSuchThing", 404, Fault.CLIENT));
    assertThat(model.shape("Plain").error())
        .isEqualTo(new Shape.ErrorTrait("Plain", 400, Fault.CLIENT));
    assertThat(model.shape("Broken").error())
        .isEqualTo(new Shape.ErrorTrait("Broken", 500, Fault.SERVER));
    assertThat(model.operation("A").errorNames()).containsExactly("Coded", "Plain", "Broken");
  }

  @Test
  void readsEventStreamsAndDocuments() {
    var model =
        TestModels.read(
                "'protocol': 'rest-json'",
                "'A': {%s, 'output': {'shape': 'Out'}}".formatted(POST),
                """
                'Out': {'type': 'structure', 'members': {'Events': {'shape': 'Es'}, 'Any': {'shape': 'D'}}},
                'Es': {'type': 'structure', 'eventstream': true, 'members': {'E': {'shape': 'E'}}},
                'E': {'type': 'structure', 'event': true, 'members': {}},
                'D': {'type': 'structure', 'document': true, 'members': {}}
                """)
            .model();

    assertThat(model.shape("Es").type()).isEqualTo(ShapeType.EVENT_STREAM);
    assertThat(model.shape("D").type()).isEqualTo(ShapeType.DOCUMENT);
    assertThat(model.shape("E").structureIndex()).isNotNegative();
    assertThat(model.shape("D").structureIndex()).isEqualTo(-1);
  }

  @Test
  void knowsProtocolsAndUnsignedOperations() {
    var model =
        TestModels.read(
                "'protocol': 'json', 'jsonVersion': '1.0', 'protocols': ['smithy-rpc-v2-cbor', 'json', 'query'],"
                    + "'awsQueryCompatible': {}",
                """
                'Signed': {%1$s}, 'Free': {%1$s, 'authtype': 'none'}, 'Open': {%1$s, 'auth': ['smithy.api#noAuth']}
                """
                    .formatted(POST),
                "")
            .model();

    assertThat(model.info().protocols())
        .containsExactly(Protocol.RPC_V2_CBOR, Protocol.AWS_JSON_1_0, Protocol.QUERY);
    assertThat(model.info().queryCompatible()).isTrue();
    assertThat(model.operation("Signed").anonymous()).isFalse();
    assertThat(model.operation("Free").anonymous()).isTrue();
    assertThat(model.operation("Open").anonymous()).isTrue();
  }

  @Test
  void dropsTheApiVersionFromOperationNames() {
    var model =
        TestModels.read(QUERY, "'CreateDistribution2020_05_31': {%s}".formatted(POST), "").model();
    assertThat(model.findOperation("CreateDistribution")).isNotNull();
  }

  @Test
  void mergesPatches() {
    var target = TestModels.json("{'a': {'b': 1, 'c': 2}, 'd': [1], 'g': [3]}");
    MergePatch.apply(
        target, TestModels.json("{'a': {'b': null, 'e': {'f': 3}}, 'd': [2], 'g+': [4]}"));
    assertThat(target)
        .isEqualTo(TestModels.json("{'a': {'c': 2, 'e': {'f': 3}}, 'd': [2], 'g': [3, 4]}"));
  }
}
