package dev.bulwark.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bulwark.schema.ApiException;
import dev.bulwark.schema.Body;
import dev.bulwark.schema.Member;
import dev.bulwark.schema.Operation;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.ShapeType;
import dev.bulwark.schema.Structure;
import java.lang.reflect.Modifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every generated service as a whole: its model, its classes, and that they fit each other. */
class GeneratedServicesTest {

  static Stream<String> services() {
    return ServiceCatalog.services().stream().map(ServiceInfo::id);
  }

  @Test
  void servicesAreDistinct() {
    assertThat(ServiceCatalog.services()).hasSizeGreaterThanOrEqualTo(38);
    assertThat(services()).doesNotHaveDuplicates();
    assertThat(ServiceCatalog.services())
        .extracting(ServiceInfo::className)
        .doesNotHaveDuplicates();
    assertThat(ServiceCatalog.services())
        .extracting(ServiceInfo::targetPrefix)
        .filteredOn(prefix -> prefix != null)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyOperationHasItsConstant(String id) throws ReflectiveOperationException {
    var model = ServiceCatalog.model(id);
    var constants = new ArrayList<Operation<?, ?>>();
    for (var field : classOf(id, model.info().className() + "Api").getFields()) {
      if (field.getType() == Operation.class) {
        assertThat(Modifier.isStatic(field.getModifiers())).isTrue();
        constants.add((Operation<?, ?>) field.get(null));
      }
    }
    assertThat(constants).hasSameElementsAs(model.operations());
    assertThat(model.operations()).isNotEmpty();
    for (var operation : model.operations()) {
      assertThat(operation.service()).isSameAs(model);
      assertThat(operation.input().newBuilder().build()).isInstanceOf(Structure.class);
      assertThat(operation.output().newBuilder().build()).isInstanceOf(Structure.class);
      assertThat(model.omittedOperations()).doesNotContain(operation.name());
      assertThat(operation.errorNames())
          .allSatisfy(error -> assertThat(model.shape(error).error()).isNotNull());
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void buildersKeepEveryMember(String id) {
    for (var shape : ServiceCatalog.model(id).shapes()) {
      if (shape.structureIndex() < 0) {
        continue;
      }
      var builder = shape.newBuilder();
      for (var member : shape.members()) {
        builder.member(member.index(), sample(member));
      }
      var structure = builder.build();
      assertThat(structure.shape().name()).isEqualTo(shape.name());
      for (var member : shape.members()) {
        assertThat(structure.member(member.index())).as("%s.%s", shape, member).isNotNull();
      }
      assertThatThrownBy(() -> structure.member(shape.members().size()))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> builder.member(-1, null))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyErrorHasItsException(String id) throws ReflectiveOperationException {
    for (var shape : ServiceCatalog.model(id).shapes()) {
      var error = shape.error();
      if (error != null) {
        var name = Character.toUpperCase(shape.name().charAt(0)) + shape.name().substring(1);
        var exception =
            (ApiException)
                classOf(id, name).getConstructor(String.class).newInstance("what happened");
        assertThat(exception.code()).isEqualTo(error.code());
        assertThat(exception.httpStatus()).isEqualTo(error.httpStatus()).isBetween(300, 599);
        assertThat(exception.shape()).isSameAs(shape);
        assertThat(exception).hasMessage("what happened");
      }
    }
  }

  private static Class<?> classOf(String id, String name) throws ClassNotFoundException {
    return Class.forName(ServiceCatalog.API_PACKAGE + "." + id + "." + name);
  }

  private static @Nullable Object sample(Member member) {
    return member.streaming() ? Body.empty() : sample(member.target());
  }

  private static Object sample(Shape shape) {
    return switch (shape.type()) {
      case STRUCTURE -> requireNonNull(shape.newBuilder().build());
      case LIST, EVENT_STREAM -> List.of();
      case MAP -> Map.of();
      case STRING, DOCUMENT -> "text";
      case BOOLEAN -> true;
      case INTEGER -> 1;
      case LONG -> 1L;
      case FLOAT -> 1f;
      case DOUBLE -> 1d;
      case TIMESTAMP -> Instant.EPOCH;
      case BLOB -> new byte[0];
    };
  }

  @Test
  void everyShapeTypeIsInUse() {
    assertThat(
            services()
                .flatMap(id -> ServiceCatalog.model(id).shapes().stream())
                .map(Shape::type)
                .distinct())
        .contains(
            ShapeType.STRUCTURE,
            ShapeType.LIST,
            ShapeType.MAP,
            ShapeType.BLOB,
            ShapeType.EVENT_STREAM);
  }
}
