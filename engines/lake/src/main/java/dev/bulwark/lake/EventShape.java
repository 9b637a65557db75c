package dev.bulwark.lake;

/**
 * The columns of events, of each of the two kinds of event data stores.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html">Supported
 *     SQL schemas</a>
 */
public enum EventShape {
  /** What CloudTrail records of API calls. */
  API_CALL(
      """
      {"eventVersion": "VARCHAR",
       "userIdentity": {"type": "VARCHAR", "principalId": "VARCHAR", "arn": "VARCHAR",
         "accountId": "VARCHAR", "accessKeyId": "VARCHAR", "userName": "VARCHAR",
         "sessionContext": {
           "attributes": {"creationDate": "TIMESTAMP", "mfaAuthenticated": "VARCHAR"},
           "sessionIssuer": {"type": "VARCHAR", "principalId": "VARCHAR", "arn": "VARCHAR",
             "accountId": "VARCHAR", "userName": "VARCHAR"},
           "webIdFederationData": {"federatedProvider": "VARCHAR",
             "attributes": "MAP(VARCHAR,VARCHAR)"},
           "sourceIdentity": "VARCHAR", "ec2RoleDelivery": "VARCHAR", "ec2IssuedInVpc": "VARCHAR"},
         "invokedBy": "VARCHAR", "identityProvider": "VARCHAR"},
       "eventTime": "TIMESTAMP", "eventSource": "VARCHAR", "eventName": "VARCHAR",
       "awsRegion": "VARCHAR", "sourceIPAddress": "VARCHAR", "userAgent": "VARCHAR",
       "errorCode": "VARCHAR", "errorMessage": "VARCHAR",
       "requestParameters": "MAP(VARCHAR,VARCHAR)", "responseElements": "MAP(VARCHAR,VARCHAR)",
       "additionalEventData": "MAP(VARCHAR,VARCHAR)", "requestID": "VARCHAR",
       "eventID": "VARCHAR", "readOnly": "BOOLEAN",
       "resources": [{"accountId": "VARCHAR", "type": "VARCHAR", "ARN": "VARCHAR",
         "ARNPrefix": "VARCHAR"}],
       "eventType": "VARCHAR", "apiVersion": "VARCHAR", "managementEvent": "BOOLEAN",
       "recipientAccountId": "VARCHAR", "sharedEventID": "VARCHAR", "annotation": "VARCHAR",
       "vpcEndpointId": "VARCHAR", "vpcEndpointAccountId": "VARCHAR",
       "serviceEventDetails": "MAP(VARCHAR,VARCHAR)", "addendum": "MAP(VARCHAR,VARCHAR)",
       "edgeDeviceDetails": "MAP(VARCHAR,VARCHAR)", "insightDetails": "MAP(VARCHAR,VARCHAR)",
       "eventCategory": "VARCHAR",
       "tlsDetails": {"tlsVersion": "VARCHAR", "cipherSuite": "VARCHAR",
         "clientProvidedHostHeader": "VARCHAR"},
       "sessionCredentialFromConsole": "VARCHAR"}\
      """),

  /** What channels take in from elsewhere. */
  ACTIVITY(
      """
      {"eventVersion": "VARCHAR", "eventCategory": "VARCHAR", "eventType": "VARCHAR",
       "eventID": "VARCHAR", "eventTime": "TIMESTAMP", "awsRegion": "VARCHAR",
       "recipientAccountId": "VARCHAR",
       "addendum": {"reason": "VARCHAR", "updatedFields": "VARCHAR", "originalUID": "VARCHAR",
         "originalEventID": "VARCHAR"},
       "metadata": {"ingestionTime": "VARCHAR", "channelARN": "VARCHAR"},
       "eventData": {"version": "VARCHAR",
         "userIdentity": {"type": "VARCHAR", "principalId": "VARCHAR",
           "details": "MAP(VARCHAR,VARCHAR)"},
         "userAgent": "VARCHAR", "eventSource": "VARCHAR", "eventName": "VARCHAR",
         "eventTime": "TIMESTAMP", "UID": "VARCHAR", "requestParameters": "MAP(VARCHAR,VARCHAR)",
         "responseElements": "MAP(VARCHAR,VARCHAR)", "errorCode": "VARCHAR",
         "errorMessage": "VARCHAR", "sourceIPAddress": "VARCHAR",
         "recipientAccountId": "VARCHAR", "additionalEventData": "MAP(VARCHAR,VARCHAR)"}}\
      """);

  private final String structure;

  EventShape(String structure) {
    this.structure = structure;
  }

  /**
   * What makes columns of records, in a query over a column {@code record}. Members that a record
   * lacks, or has of another type, are null; in maps, values that are no text are JSON.
   */
  String columns() {
    return "unnest(json_transform(record, '" + structure + "')), record AS eventJson";
  }
}
