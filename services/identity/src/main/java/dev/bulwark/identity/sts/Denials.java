package dev.bulwark.identity.sts;

import dev.bulwark.access.AuthorizationMessages;
import dev.bulwark.api.sts.DecodeAuthorizationMessageRequest;
import dev.bulwark.api.sts.DecodeAuthorizationMessageResponse;
import dev.bulwark.service.Call;

/** Tells those who may know what the encoded message of a denial holds. */
final class Denials {
  private final AuthorizationMessages messages;

  Denials(AuthorizationMessages messages) {
    this.messages = messages;
  }

  DecodeAuthorizationMessageResponse decode(DecodeAuthorizationMessageRequest input, Call call) {
    return messages
        .decode(input.encodedMessage(), call.accountId())
        .map(json -> DecodeAuthorizationMessageResponse.builder().decodedMessage(json).build())
        .orElseThrow(StsErrors::invalidAuthorizationMessage);
  }
}
