package dev.bulwark.wire;

import dev.bulwark.schema.Member;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import dev.bulwark.schema.TimestampFormat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads query parameters into structures; unknown ones are not looked at. */
final class QueryReader {
  private final boolean ec2;
  private int depth;

  /**
   * A reader.
   *
   * @param ec2 whether names are those of the ec2 protocol, whose lists are always flattened
   */
  QueryReader(boolean ec2) {
    this.ec2 = ec2;
  }

  Structure structure(ParameterTree tree, Shape shape) throws DecodeException {
    if (++depth > Documents.MAX_DEPTH) {
      throw new DecodeException("The request is nested too deeply");
    }
    var builder = shape.newBuilder();
    if (!tree.isLeaf()) {
      for (var member : shape.members()) {
        var value = member(tree, member);
        if (value != null) {
          builder.member(member.index(), value);
        }
      }
    }
    depth--;
    return builder.build();
  }

  private @Nullable Object member(ParameterTree tree, Member member) throws DecodeException {
    if (ec2) {
      var node = tree.child(member.ec2Name());
      return node == null ? null : value(node, member, true);
    }
    var flattened = member.flattened();
    var name =
        flattened && member.target().type() == dev.bulwark.schema.ShapeType.LIST
            ? XmlNames.flattened(member, !ec2)
            : XmlNames.member(member, !ec2);
    var node = tree.child(name);
    return node == null ? null : value(node, member, flattened);
  }

  private @Nullable Object value(ParameterTree node, Member member, boolean flattened)
      throws DecodeException {
    var shape = member.target();
    return switch (shape.type()) {
      case STRUCTURE -> {
        if (node.isLeaf() && node.value() != null && !node.value().isEmpty()) {
          throw new DecodeException("Unexpected complex element termination");
        }
        yield structure(node, shape);
      }
      case LIST -> list(collection(node, flattened, XmlNames.element(shape)), shape);
      case MAP -> map(collection(node, flattened, "entry"), shape);
      default -> scalar(node, member, ec2);
    };
  }

  /** The node whose children are numbered. */
  private static ParameterTree collection(ParameterTree node, boolean flattened, String name)
      throws DecodeException {
    if (node.isLeaf() && node.value() != null && !node.value().isEmpty()) {
      throw new DecodeException("Unexpected list element termination");
    }
    if (flattened) {
      return node;
    }
    var inner = node.child(name);
    if (inner == null) {
      return node;
    }
    inner.checkNumbers();
    return inner;
  }

  private List<@Nullable Object> list(ParameterTree node, Shape shape) throws DecodeException {
    var list = new ArrayList<@Nullable Object>();
    for (var item : node.items()) {
      list.add(item == null ? null : value(item, shape.element(), ec2));
    }
    return list;
  }

  private Map<String, @Nullable Object> map(ParameterTree node, Shape shape)
      throws DecodeException {
    var map = new LinkedHashMap<String, @Nullable Object>();
    for (var item : node.items()) {
      if (item == null) {
        continue;
      }
      var key = item.child(XmlNames.key(shape, !ec2));
      if (key == null || key.value() == null) {
        throw new DecodeException("Unexpected complex element termination");
      }
      var value = item.child(XmlNames.value(shape, !ec2));
      map.put(key.value(), value == null ? null : value(value, shape.value(), ec2));
    }
    return map;
  }

  private static Object scalar(ParameterTree node, Member member, boolean ec2)
      throws DecodeException {
    var text = node.value();
    if (text == null) {
      throw new DecodeException("Start of structure or map found where not expected.");
    }
    var value = ec2 ? Scalars.parse(member, text, TimestampFormat.ISO8601) : exact(member, text);
    if (value == null) {
      throw new DecodeException(
          WireErrors.notConverted("STRING_VALUE", WireErrors.typeName(member)));
    }
    return value;
  }

  /** As IAM and STS read: numbers without space around them, four words for two truths. */
  private static @Nullable Object exact(Member member, String text) {
    return switch (member.target().type()) {
      case BOOLEAN ->
          switch (text) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> null;
          };
      case INTEGER, LONG ->
          text.strip().length() == text.length()
              ? Scalars.parse(member, text, TimestampFormat.ISO8601)
              : null;
      default -> Scalars.parse(member, text, TimestampFormat.ISO8601);
    };
  }
}
