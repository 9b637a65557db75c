package dev.bulwark.analysis.json;

import org.jspecify.annotations.Nullable;

/** A text that is not JSON, or larger than is looked at. */
public final class JsonSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable TextPosition position;

  JsonSyntaxException(@Nullable TextPosition position) {
    super("not JSON");
    this.position = position;
  }

  /** Where it ceases to be; null where that is not known. */
  public @Nullable TextPosition position() {
    return position;
  }
}
