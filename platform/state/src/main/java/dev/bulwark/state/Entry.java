package dev.bulwark.state;

/**
 * A row as it was read.
 *
 * @param key the row's key
 * @param value the row's value
 * @param version changes with every write of the row, and grows
 * @param cursor where a scan of the same kind goes on after this row: see {@link Scan#after}
 */
public record Entry<T>(String key, T value, long version, String cursor) {}
