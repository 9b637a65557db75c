package dev.bulwark.wire;

import dev.bulwark.schema.Body;
import dev.bulwark.schema.Shape;
import dev.bulwark.schema.Structure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/**
 * Inputs and outputs as API-call events show them: CloudTrail's requestParameters and
 * responseElements.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html">CloudTrail
 *     record contents</a>
 */
public final class EventView {
  /** What stands in place of a secret. */
  public static final String HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS";

  /** The longest view in bytes. */
  public static final int MAX_BYTES = 100 * 1024;

  private static final String OMITTED =
      "{\"omitted\":true,\"reason\":\"the element is longer than 100 KB\"}";

  private EventView() {}

  /**
   * A JSON object with lowerCamel keys; secrets are masked, blobs and bodies left out.
   *
   * @return null where nothing is to be shown; at most {@link #MAX_BYTES} long, longer ones are cut
   *     down to a remark
   */
  public static @Nullable String of(Structure structure) {
    var out = new Bounded();
    var view = new View(Documents.JSON.createGenerator(ObjectWriteContext.empty(), out), out);
    try (var generator = view.generator) {
      generator.writeStartObject();
      view.members(structure);
      generator.writeEndObject();
    } catch (TooLong e) {
      return OMITTED;
    }
    if (out.full) {
      return OMITTED;
    }
    return view.empty ? null : out.toString(StandardCharsets.UTF_8);
  }

  private static final class TooLong extends RuntimeException {
    TooLong() {
      super(null, null, false, false);
    }
  }

  /**
   * Takes no more than the bound, so that a long input is not written to its end just to be thrown
   * away.
   */
  private static final class Bounded extends ByteArrayOutputStream {
    private boolean full;

    @Override
    public void write(byte[] bytes, int offset, int length) {
      full |= count + length > MAX_BYTES;
      if (!full) {
        super.write(bytes, offset, length);
      }
    }

    @Override
    public void write(int b) {
      full |= count >= MAX_BYTES;
      if (!full) {
        super.write(b);
      }
    }

    void check() {
      if (full) {
        throw new TooLong();
      }
    }
  }

  private static final class View {
    private final JsonGenerator generator;
    private final Bounded out;
    private boolean empty = true;

    View(JsonGenerator generator, Bounded out) {
      this.generator = generator;
      this.out = out;
    }

    void members(Structure structure) {
      for (var member : structure.shape().members()) {
        var value = structure.member(member.index());
        if (value == null || value instanceof Body || value instanceof byte[]) {
          continue;
        }
        empty = false;
        out.check();
        generator.writeName(Names.lowerCamel(member.name()));
        value(member.target(), value);
      }
    }

    private void value(Shape shape, @Nullable Object value) {
      if (value == null) {
        generator.writeNull();
        return;
      }
      out.check();
      if (shape.sensitive()) {
        generator.writeString(HIDDEN);
        return;
      }
      switch (value) {
        case Structure structure -> {
          generator.writeStartObject();
          members(structure);
          generator.writeEndObject();
        }
        case List<?> list -> {
          generator.writeStartArray();
          list.forEach(
              item -> value(shape.type() == LIST ? shape.element().target() : shape, item));
          generator.writeEndArray();
        }
        case Map<?, ?> map -> {
          generator.writeStartObject();
          map.forEach(
              (key, item) -> {
                generator.writeName(String.valueOf(key));
                value(shape.type() == MAP ? shape.value().target() : shape, item);
              });
          generator.writeEndObject();
        }
        case String text -> generator.writeString(text);
        case Boolean flag -> generator.writeBoolean(flag);
        case Integer number -> generator.writeNumber(number);
        case Long number -> generator.writeNumber(number);
        case Double number when Double.isFinite(number) -> generator.writeNumber(number);
        case Float number when Float.isFinite(number) -> generator.writeNumber(number);
        case Instant instant ->
            generator.writeString(
                Timestamps.text(instant, dev.bulwark.schema.TimestampFormat.ISO8601, false));
        case byte[] bytes -> generator.writeNull();
        default -> generator.writeString(value.toString());
      }
    }

    private static final dev.bulwark.schema.ShapeType LIST = dev.bulwark.schema.ShapeType.LIST;
    private static final dev.bulwark.schema.ShapeType MAP = dev.bulwark.schema.ShapeType.MAP;
  }
}
