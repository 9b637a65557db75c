package dev.bulwark.state;

/**
 * A blob that has been committed.
 *
 * @param id its name
 * @param length in bytes
 * @param sha256 of all of it, in lower-case hexadecimal
 * @param crc32c of all of it
 */
public record Blob(BlobId id, long length, String sha256, long crc32c) {}
