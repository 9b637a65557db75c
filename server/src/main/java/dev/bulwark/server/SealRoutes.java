package dev.bulwark.server;

import dev.bulwark.cryptography.CryptographyException;
import dev.bulwark.cryptography.KeyVault;
import dev.bulwark.schema.ApiException;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What guards the keys of KMS, over HTTP: how it is ({@code GET seal}), shares that open it ({@code
 * POST unseal}, open to whoever holds shares), and its change ({@code POST seal}, signed by the
 * account's root user). New shares guard the keys once {@code use-shares} says that they arrived.
 */
final class SealRoutes implements LocalRoute {
  private static final int MAX_BODY = 4096;
  private static final Pattern SHARES = Pattern.compile("shares (\\d{1,3}) (\\d{1,3})");
  private static final Pattern USE_SHARES = Pattern.compile("use-shares ([0-9a-f]{8})");
  private static final Pattern TOKEN = Pattern.compile("(make-key )?(pkcs11:.*)");

  private final KeyVault vault;
  private final Seals seals;
  private final FirstRoot root;

  /** The routes. */
  SealRoutes(KeyVault vault, Seals seals, FirstRoot root) {
    this.vault = vault;
    this.seals = seals;
    this.root = root;
  }

  @Override
  public @Nullable HttpResponse handle(String route, HttpRequest request) {
    try {
      return switch (route) {
        case "GET seal" -> answer(200, status());
        case "POST unseal" -> {
          vault.unseal(body(request));
          yield answer(200, status());
        }
        case "POST seal" -> change(request);
        default -> null;
      };
    } catch (ApiException e) {
      return refused(e.httpStatus(), e.getMessage());
    } catch (CryptographyException | IllegalArgumentException | StartException e) {
      return refused(400, e.getMessage());
    } catch (IOException e) {
      return refused(400, "the body could not be read");
    }
  }

  private HttpResponse change(HttpRequest request) throws IOException {
    var wanted = body(root.require(request, "changes the seal"));
    var shares = SHARES.matcher(wanted);
    if (shares.matches()) {
      var made =
          vault.proposeShares(Integer.parseInt(shares.group(1)), Integer.parseInt(shares.group(2)));
      return answer(
          200,
          made.shares().stream()
              .map(share -> "\"" + share + "\"")
              .collect(
                  Collectors.joining(",", "{\"set\":\"" + made.set() + "\",\"shares\":[", "]}")));
    }
    var use = USE_SHARES.matcher(wanted);
    if (use.matches()) {
      vault.useShares(use.group(1));
      return answer(200, status());
    }
    var token = TOKEN.matcher(wanted);
    if (token.matches()) {
      var seal = seals.pkcs11(token.group(2));
      if (token.group(1) != null) {
        seal.makeKey();
      }
      vault.reseal(seal);
      seals.use(seal);
      return answer(200, status());
    }
    switch (wanted) {
      case Seals.KEY_FILE -> vault.reseal(seals.keyFile());
      case "rotate" -> vault.rotateRoot(seals.ofKind(vault.status().seal()));
      default ->
          throw new IllegalArgumentException(
              "send key-file, rotate, shares N T, use-shares SET, or a pkcs11: URI, which make-key may precede");
    }
    return answer(200, status());
  }

  private static String body(HttpRequest request) throws IOException {
    try (var stream = request.body().stream()) {
      return new String(stream.readNBytes(MAX_BODY), StandardCharsets.UTF_8).strip();
    }
  }

  /** As JSON. */
  String status() {
    var status = vault.status();
    return "{\"sealed\":%b,\"seal\":\"%s\",\"given\":%d,\"threshold\":%d}"
        .formatted(status.sealed(), status.seal(), status.given(), status.threshold());
  }

  private static HttpResponse refused(int status, @Nullable String why) {
    return answer(status, "{\"message\":\"" + Json.escape(String.valueOf(why)) + "\"}");
  }

  private static HttpResponse answer(int status, String json) {
    return HttpResponse.of(
        status, "application/json", (json + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
