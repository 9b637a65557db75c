package dev.bulwark.state;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Records as JSON. Jackson is loaded with the first value, since it is a tenth of a second of a
 * start.
 */
final class JsonCodec<T> implements Codec<T> {

  private record Mapper(ObjectReader reader, ObjectWriter writer) {}

  private static final class Shared {
    static final JsonMapper MAPPER =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .changeDefaultPropertyInclusion(
                value -> value.withValueInclusion(JsonInclude.Include.NON_NULL))
            .build();
  }

  private final Class<T> type;
  private volatile @Nullable Mapper mapper;

  JsonCodec(Class<T> type) {
    this.type = type;
  }

  private Mapper mapper() {
    var made = mapper;
    if (made == null) {
      made = new Mapper(Shared.MAPPER.readerFor(type), Shared.MAPPER.writerFor(type));
      mapper = made;
    }
    return made;
  }

  @Override
  public byte[] encode(T value) {
    return mapper().writer().writeValueAsBytes(value);
  }

  @Override
  public T decode(byte[] bytes) {
    try {
      return mapper().reader().readValue(bytes);
    } catch (JacksonException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "A stored " + type.getSimpleName() + " cannot be read", e);
    }
  }
}
