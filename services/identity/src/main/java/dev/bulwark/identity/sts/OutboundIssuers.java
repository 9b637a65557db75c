package dev.bulwark.identity.sts;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.bulwark.base.Ids;
import dev.bulwark.base.Randomness;
import dev.bulwark.state.Index;
import dev.bulwark.state.Scan;
import dev.bulwark.state.Sealer;
import dev.bulwark.state.Store;
import dev.bulwark.state.Table;
import dev.bulwark.state.TableSpec;
import java.text.ParseException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The issuers of accounts' web identity tokens: their keys, their addresses, their documents. */
final class OutboundIssuers {
  private static final String PURPOSE = "sts/outbound-key";
  private static final String BY_ISSUER = "iss";
  private static final int RSA_BITS = 2048;

  private final Table<OutboundRecord> table;
  private final Store store;
  private final Sealer sealer;
  private final Supplier<String> url;

  /**
   * @param url under which others reach this installation's issuers
   */
  OutboundIssuers(Store store, Sealer sealer, Supplier<String> url) {
    this.store = store;
    this.sealer = sealer;
    this.url = url;
    this.table =
        store.table(
            TableSpec.json(
                "sts_outbound",
                OutboundRecord.class,
                Index.of(BY_ISSUER, OutboundRecord::issuerId)));
  }

  Table<OutboundRecord> table() {
    return table;
  }

  @Nullable OutboundRecord find(String accountId) {
    return table.get(accountId);
  }

  /** A new issuer, with new keys; not stored yet. */
  OutboundRecord make(String accountId) {
    try {
      var random = Randomness.secure();
      var rsa =
          new RSAKeyGenerator(RSA_BITS)
              .keyID(Ids.uuid())
              .keyUse(KeyUse.SIGNATURE)
              .secureRandom(random)
              .generate();
      var ec =
          new ECKeyGenerator(Curve.P_384)
              .keyID(Ids.uuid())
              .keyUse(KeyUse.SIGNATURE)
              .secureRandom(random)
              .generate();
      return new OutboundRecord(
          accountId,
          Ids.uuid(),
          true,
          seal(rsa, accountId),
          seal(ec, accountId),
          new JWKSet(List.of(rsa, ec)).toString(true));
    } catch (JOSEException e) {
      throw new IllegalStateException("This Java makes no keys of RSA and P-384", e);
    }
  }

  private byte[] seal(JWK key, String accountId) {
    return sealer.sealText(PURPOSE, key.toJSONString(), accountId);
  }

  RSAKey rsa(OutboundRecord issuer) {
    try {
      return RSAKey.parse(sealer.openText(PURPOSE, issuer.rsa(), issuer.accountId()));
    } catch (ParseException e) {
      throw new IllegalStateException("A stored key cannot be read", e);
    }
  }

  ECKey ec(OutboundRecord issuer) {
    try {
      return ECKey.parse(sealer.openText(PURPOSE, issuer.ec(), issuer.accountId()));
    } catch (ParseException e) {
      throw new IllegalStateException("A stored key cannot be read", e);
    }
  }

  /** The issuer as tokens name it. */
  String identifier(OutboundRecord issuer) {
    return url.get() + "/_bulwark/issuers/" + issuer.issuerId();
  }

  /**
   * A public document of an issuer, which is there for everybody.
   *
   * @param path below the issuer's address
   * @return null where there is none
   */
  @Nullable String document(String issuerId, String path) {
    var issuer =
        store.read(tx -> table.scanByIndex(tx, BY_ISSUER, Scan.equal(issuerId).limit(1))).stream()
            .findFirst()
            .orElse(null);
    if (issuer == null) {
      return null;
    }
    return switch (path) {
      case ".well-known/openid-configuration" -> configuration(identifier(issuer.value()));
      case ".well-known/jwks.json" -> issuer.value().publicKeys();
      default -> null;
    };
  }

  private static String configuration(String identifier) {
    return """
        {"issuer":"%1$s","jwks_uri":"%1$s/.well-known/jwks.json","response_types_supported":["id_token"],\
        "subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256","ES384"],\
        "claims_supported":["aud","exp","iat","iss","jti","sub"]}"""
        .formatted(identifier);
  }
}
