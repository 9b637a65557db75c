package dev.bulwark.storage.s3;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client says about an object when it writes it, and gets back when it reads it.
 *
 * @param storageClass null for STANDARD
 * @param metadata user metadata, without the {@code x-amz-meta-} of the names
 */
record ObjectHeaders(
    @Nullable String contentType,
    @Nullable String cacheControl,
    @Nullable String contentDisposition,
    @Nullable String contentEncoding,
    @Nullable String contentLanguage,
    @Nullable String expires,
    @Nullable String websiteRedirectLocation,
    @Nullable String storageClass,
    Map<String, String> metadata) {

  void write(RecordWriter out) {
    out.optional(contentType)
        .optional(cacheControl)
        .optional(contentDisposition)
        .optional(contentEncoding)
        .optional(contentLanguage)
        .optional(expires)
        .optional(websiteRedirectLocation)
        .optional(storageClass)
        .map(metadata);
  }

  static ObjectHeaders read(RecordReader in) {
    return new ObjectHeaders(
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.optional(),
        in.map());
  }

  /** The storage class as the API names it. */
  String storageClassName() {
    return storageClass == null ? "STANDARD" : storageClass;
  }

  /**
   * The same headers with another storage class and redirect, which no copy takes from its source.
   */
  ObjectHeaders with(@Nullable String newStorageClass, @Nullable String redirect) {
    return new ObjectHeaders(
        contentType,
        cacheControl,
        contentDisposition,
        contentEncoding,
        contentLanguage,
        expires,
        redirect,
        newStorageClass,
        metadata);
  }
}
