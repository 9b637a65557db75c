package dev.bulwark.wire;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.dataformat.cbor.CBORFactory;

/**
 * The factories of parsers and generators, with the bounds that hold for all that comes from
 * outside.
 */
final class Documents {
  /** Of nested structures, lists and maps, in any protocol. */
  static final int MAX_DEPTH = 64;

  private static final StreamReadConstraints BOUNDS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxDocumentLength(Bodies.MAX_BYTES)
          .maxStringLength(Bodies.MAX_BYTES)
          .maxNumberLength(128)
          .maxNameLength(8192)
          // PutMetricData takes the most: a thousand metrics of 150 values and counts.
          .maxTokenCount(500_000)
          .build();

  private static final StreamWriteConstraints WRITE_BOUNDS =
      StreamWriteConstraints.builder().maxNestingDepth(1000).build();

  static final TokenStreamFactory JSON =
      JsonFactory.builder()
          // A connection's requests are on one thread: its buffers need not be shared, which costs
          // almost a microsecond a request.
          .recyclerPool(JsonRecyclerPools.threadLocalPool())
          .streamReadConstraints(BOUNDS)
          .streamWriteConstraints(WRITE_BOUNDS)
          .build();

  static final TokenStreamFactory CBOR =
      CBORFactory.builder()
          .streamReadConstraints(BOUNDS)
          .streamWriteConstraints(WRITE_BOUNDS)
          .build();

  private Documents() {}
}
