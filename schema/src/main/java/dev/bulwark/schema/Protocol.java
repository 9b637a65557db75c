package dev.bulwark.schema;

/** The wire protocols that AWS services speak. */
public enum Protocol {
  AWS_JSON_1_0,
  AWS_JSON_1_1,
  REST_JSON,
  REST_XML,
  QUERY,
  EC2_QUERY,
  RPC_V2_CBOR
}
