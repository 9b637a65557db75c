package dev.bulwark.wire;

import dev.bulwark.schema.Protocol;

/** The protocols' walkers. */
public final class Protocols {
  private static final WireProtocol JSON_1_0 =
      new AwsJson(Protocol.AWS_JSON_1_0, "application/x-amz-json-1.0");
  private static final WireProtocol JSON_1_1 =
      new AwsJson(Protocol.AWS_JSON_1_1, "application/x-amz-json-1.1");
  private static final WireProtocol REST_JSON = new RestJson();
  private static final WireProtocol REST_XML = new RestXml();
  private static final WireProtocol QUERY = new Query(Protocol.QUERY);
  private static final WireProtocol EC2_QUERY = new Query(Protocol.EC2_QUERY);
  private static final WireProtocol CBOR = new RpcV2Cbor();

  private Protocols() {}

  /** The walker of a protocol. */
  public static WireProtocol of(Protocol protocol) {
    return switch (protocol) {
      case AWS_JSON_1_0 -> JSON_1_0;
      case AWS_JSON_1_1 -> JSON_1_1;
      case REST_JSON -> REST_JSON;
      case REST_XML -> REST_XML;
      case QUERY -> QUERY;
      case EC2_QUERY -> EC2_QUERY;
      case RPC_V2_CBOR -> CBOR;
    };
  }
}
