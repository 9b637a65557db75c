package dev.bulwark.wire;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * The factory of CBOR's parsers and generators, and the bounds that hold for all that comes from
 * outside.
 */
final class Documents {
  /** Of nested structures, lists and maps, in any protocol. */
  static final int MAX_DEPTH = 64;

  static final int MAX_NUMBER = 128;
  static final int MAX_NAME = 8192;

  /** PutMetricData takes the most: a thousand metrics of 150 values and counts. */
  static final int MAX_TOKENS = 500_000;

  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxDocumentLength(Bodies.MAX_BYTES)
          .maxStringLength(Bodies.MAX_BYTES)
          .maxNumberLength(MAX_NUMBER)
          .maxNameLength(MAX_NAME)
          .maxTokenCount(MAX_TOKENS)
          .build();

  private static final StreamWriteConstraints WRITE_BOUNDS =
      StreamWriteConstraints.builder().maxNestingDepth(1000).build();

  static final TokenStreamFactory CBOR =
      CBORFactory.builder()
          .streamReadConstraints(BOUNDS)
          .streamWriteConstraints(WRITE_BOUNDS)
          .build();

  private Documents() {}
}
