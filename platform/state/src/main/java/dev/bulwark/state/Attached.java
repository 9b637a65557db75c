package dev.bulwark.state;

import org.jspecify.annotations.Nullable;

/**
 * A row's value with the bytes beside it.
 *
 * @param attachment null where there are none
 */
public record Attached<T>(T value, @Nullable Attachment attachment) {}
