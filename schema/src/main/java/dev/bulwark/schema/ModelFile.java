package dev.bulwark.schema;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The compact binary form in which generated models travel inside the jar; written by the
 * generator, read at run time.
 */
public final class ModelFile {
  private static final int REQUIRED = 1;
  private static final int IDEMPOTENCY_TOKEN = 1 << 1;
  private static final int FLATTENED = 1 << 2;
  private static final int XML_ATTRIBUTE = 1 << 3;
  private static final int STREAMING = 1 << 4;
  private static final int JSON_VALUE = 1 << 5;
  private static final int SENSITIVE = 1;
  private static final int UNION = 1 << 1;
  private static final int SHAPE_FLATTENED = 1 << 2;

  private static final ShapeType[] SHAPE_TYPES = ShapeType.values();
  private static final Location[] LOCATIONS = Location.values();
  private static final TimestampFormat[] TIMESTAMP_FORMATS = TimestampFormat.values();
  private static final Protocol[] PROTOCOLS = Protocol.values();

  private ModelFile() {}

  /** Writes the list of services. */
  public static void writeInfos(DataOutputStream out, List<ServiceInfo> infos) throws IOException {
    out.writeInt(infos.size());
    for (var info : infos) {
      out.writeUTF(info.id());
      out.writeUTF(info.className());
      out.writeUTF(info.serviceId());
      out.writeUTF(info.apiVersion());
      out.writeUTF(info.endpointPrefix());
      out.writeUTF(info.signingName());
      out.writeUTF(info.actionPrefix());
      out.writeUTF(info.eventSource());
      writeText(out, info.targetPrefix());
      out.writeByte(info.protocols().size());
      for (var protocol : info.protocols()) {
        out.writeByte(protocol.ordinal());
      }
      writeText(out, info.xmlNamespace());
      out.writeBoolean(info.globalService());
      out.writeBoolean(info.queryCompatible());
    }
  }

  static List<ServiceInfo> readInfos(DataInputStream in) throws IOException {
    var size = in.readInt();
    var infos = new ArrayList<ServiceInfo>(size);
    for (var i = 0; i < size; i++) {
      var id = in.readUTF();
      var className = in.readUTF();
      var serviceId = in.readUTF();
      var apiVersion = in.readUTF();
      var endpointPrefix = in.readUTF();
      var signingName = in.readUTF();
      var actionPrefix = in.readUTF();
      var eventSource = in.readUTF();
      var targetPrefix = readText(in);
      var protocols = new ArrayList<Protocol>();
      for (var n = in.readByte(); n > 0; n--) {
        protocols.add(PROTOCOLS[in.readByte()]);
      }
      var xmlNamespace = readText(in);
      infos.add(
          new ServiceInfo(
              id,
              className,
              serviceId,
              apiVersion,
              endpointPrefix,
              signingName,
              actionPrefix,
              eventSource,
              targetPrefix,
              List.copyOf(protocols),
              xmlNamespace,
              in.readBoolean(),
              in.readBoolean()));
    }
    return infos;
  }

  /** Writes a model's operations and shapes, without its {@link ServiceInfo}. */
  public static void writeModel(DataOutputStream out, ServiceModel model) throws IOException {
    out.writeInt(model.shapes().size());
    for (var shape : model.shapes()) {
      writeShape(out, shape);
    }
    out.writeInt(model.operations().size());
    for (var operation : model.operations()) {
      writeOperation(out, operation);
    }
    writeTexts(out, model.omittedOperations().stream().sorted().toList());
  }

  static ServiceModel readModel(DataInputStream in, ServiceInfo info, StructureFactory factory)
      throws IOException {
    var shapeCount = in.readInt();
    var shapes = new ArrayList<Shape>(shapeCount);
    for (var i = 0; i < shapeCount; i++) {
      shapes.add(readShape(in));
    }
    var operationCount = in.readInt();
    var operations = new ArrayList<Operation<?, ?>>(operationCount);
    for (var i = 0; i < operationCount; i++) {
      operations.add(readOperation(in));
    }
    return new ServiceModel(info, operations, shapes, factory, Set.copyOf(readTexts(in)));
  }

  private static void writeShape(DataOutputStream out, Shape shape) throws IOException {
    out.writeUTF(shape.name());
    out.writeByte(shape.type().ordinal());
    out.writeInt(shape.structureIndex());
    out.writeShort(shape.members().size());
    for (var member : shape.members()) {
      writeMember(out, member);
    }
    var payload = shape.payload();
    out.writeShort(payload == null ? -1 : payload.index());
    var constraints = shape.constraints();
    writeNumber(out, constraints.min());
    writeNumber(out, constraints.max());
    writeText(out, constraints.pattern());
    writeTexts(out, constraints.enumValues());
    out.writeByte(
        (shape.sensitive() ? SENSITIVE : 0)
            | (shape.union() ? UNION : 0)
            | (shape.flattened() ? SHAPE_FLATTENED : 0));
    writeText(out, shape.locationName());
    writeNamespace(out, shape.xmlNamespace());
    out.writeByte(ordinal(shape.timestampFormat()));
    var error = shape.error();
    out.writeBoolean(error != null);
    if (error != null) {
      out.writeUTF(error.code());
      out.writeShort(error.httpStatus());
      out.writeBoolean(error.fault() == Fault.CLIENT);
    }
  }

  private static Shape readShape(DataInputStream in) throws IOException {
    var name = in.readUTF();
    var type = SHAPE_TYPES[in.readByte()];
    var structureIndex = in.readInt();
    var memberCount = in.readShort();
    var members = new ArrayList<Member>(memberCount);
    for (var i = 0; i < memberCount; i++) {
      members.add(readMember(in, i));
    }
    var payload = in.readShort();
    var constraints =
        new Shape.Constraints(readNumber(in), readNumber(in), readText(in), readTexts(in));
    var flags = in.readByte();
    var locationName = readText(in);
    var namespace = readNamespace(in);
    var timestampFormat = timestampFormat(in.readByte());
    var error =
        in.readBoolean()
            ? new Shape.ErrorTrait(
                in.readUTF(), in.readShort(), in.readBoolean() ? Fault.CLIENT : Fault.SERVER)
            : null;
    return new Shape(
        name,
        type,
        structureIndex,
        members,
        payload,
        constraints,
        (flags & SHAPE_FLATTENED) != 0,
        (flags & SENSITIVE) != 0,
        (flags & UNION) != 0,
        locationName,
        namespace,
        timestampFormat,
        error);
  }

  private static void writeMember(DataOutputStream out, Member member) throws IOException {
    out.writeUTF(member.name());
    out.writeUTF(member.targetName());
    writeText(out, member.locationName());
    writeText(out, member.queryName());
    out.writeByte(member.location().ordinal());
    out.writeByte(
        (member.required() ? REQUIRED : 0)
            | (member.idempotencyToken() ? IDEMPOTENCY_TOKEN : 0)
            | (member.flattenedHere() ? FLATTENED : 0)
            | (member.xmlAttribute() ? XML_ATTRIBUTE : 0)
            | (member.streaming() ? STREAMING : 0)
            | (member.jsonValue() ? JSON_VALUE : 0));
    out.writeByte(ordinal(member.timestampFormat()));
    writeNamespace(out, member.xmlNamespace());
  }

  private static Member readMember(DataInputStream in, int index) throws IOException {
    var name = in.readUTF();
    var target = in.readUTF();
    var locationName = readText(in);
    var queryName = readText(in);
    var location = LOCATIONS[in.readByte()];
    var flags = in.readByte();
    return new Member(
        name,
        index,
        target,
        locationName,
        queryName,
        location,
        (flags & REQUIRED) != 0,
        (flags & IDEMPOTENCY_TOKEN) != 0,
        (flags & FLATTENED) != 0,
        (flags & XML_ATTRIBUTE) != 0,
        (flags & STREAMING) != 0,
        (flags & JSON_VALUE) != 0,
        timestampFormat(in.readByte()),
        readNamespace(in));
  }

  private static void writeOperation(DataOutputStream out, Operation<?, ?> operation)
      throws IOException {
    out.writeUTF(operation.name());
    out.writeUTF(operation.http().method());
    out.writeUTF(operation.http().uri());
    out.writeShort(operation.http().status());
    out.writeUTF(operation.inputName());
    out.writeUTF(operation.outputName());
    writeText(out, operation.inputElement());
    writeNamespace(out, operation.inputNamespace());
    writeText(out, operation.resultWrapper());
    writeTexts(out, operation.errorNames());
    out.writeBoolean(operation.anonymous());
  }

  private static Operation<?, ?> readOperation(DataInputStream in) throws IOException {
    return new Operation<>(
        in.readUTF(),
        new Operation.Http(in.readUTF(), in.readUTF(), in.readShort()),
        in.readUTF(),
        in.readUTF(),
        readText(in),
        readNamespace(in),
        readText(in),
        readTexts(in),
        in.readBoolean());
  }

  private static int ordinal(@Nullable TimestampFormat format) {
    return format == null ? -1 : format.ordinal();
  }

  private static @Nullable TimestampFormat timestampFormat(int ordinal) {
    return ordinal < 0 ? null : TIMESTAMP_FORMATS[ordinal];
  }

  private static void writeNamespace(DataOutputStream out, @Nullable XmlNamespace namespace)
      throws IOException {
    writeText(out, namespace == null ? null : namespace.uri());
    if (namespace != null) {
      out.writeUTF(namespace.prefix());
    }
  }

  private static @Nullable XmlNamespace readNamespace(DataInputStream in) throws IOException {
    var uri = readText(in);
    return uri == null ? null : new XmlNamespace(in.readUTF(), uri);
  }

  private static void writeNumber(DataOutputStream out, @Nullable Double number)
      throws IOException {
    out.writeBoolean(number != null);
    if (number != null) {
      out.writeDouble(number);
    }
  }

  private static @Nullable Double readNumber(DataInputStream in) throws IOException {
    return in.readBoolean() ? Double.valueOf(in.readDouble()) : null;
  }

  private static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeShort(texts.size());
    for (var text : texts) {
      out.writeUTF(text);
    }
  }

  private static List<String> readTexts(DataInputStream in) throws IOException {
    var size = in.readUnsignedShort();
    if (size == 0) {
      return List.of();
    }
    var texts = new ArrayList<String>(size);
    for (var i = 0; i < size; i++) {
      texts.add(in.readUTF());
    }
    return List.copyOf(texts);
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    out.writeBoolean(text != null);
    if (text != null) {
      out.writeUTF(text);
    }
  }

  private static @Nullable String readText(DataInputStream in) throws IOException {
    return in.readBoolean() ? in.readUTF() : null;
  }
}
