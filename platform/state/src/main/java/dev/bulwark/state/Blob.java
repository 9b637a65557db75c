package dev.bulwark.state;

/**
 * A blob that has been committed.
 *
 * @param id its name
 * @param length in bytes
 */
public record Blob(BlobId id, long length) {}
