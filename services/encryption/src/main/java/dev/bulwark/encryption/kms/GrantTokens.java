package dev.bulwark.encryption.kms;

import dev.bulwark.state.Key;
import dev.bulwark.state.SealException;
import dev.bulwark.state.Sealer;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Grant tokens: proof that a grant was made, for those who cannot wait until all know of it. */
final class GrantTokens {
  private static final String PURPOSE = "kms/grant-token";
  private static final int MOST = 10;

  private final Sealer sealer;

  GrantTokens(Sealer sealer) {
    this.sealer = sealer;
  }

  /** What a token stands for. */
  record Ids(String keyArn, String grantId) {}

  String of(GrantRecord grant) {
    return Base64.getEncoder()
        .encodeToString(sealer.sealText(PURPOSE, Key.of(grant.keyArn(), grant.grantId()), ""));
  }

  /**
   * What a token stands for.
   *
   * @throws dev.bulwark.schema.ApiException InvalidGrantTokenException
   */
  Ids read(String token) {
    try {
      var parts = Key.split(sealer.openText(PURPOSE, Base64.getDecoder().decode(token), ""), 2);
      return new Ids(parts.get(0), parts.get(1));
    } catch (IllegalArgumentException | SealException e) {
      throw KmsErrors.invalidGrantToken();
    }
  }

  /** Refuses a request that brings a token of nobody's making. */
  void check(@Nullable List<String> tokens) {
    if (tokens != null) {
      if (tokens.size() > MOST) {
        throw KmsErrors.invalidGrantToken();
      }
      tokens.forEach(this::read);
    }
  }
}
