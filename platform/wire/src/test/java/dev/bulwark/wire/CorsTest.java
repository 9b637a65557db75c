package dev.bulwark.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CorsTest {
  private static final String PREFLIGHT =
      "\norigin: https://app.example\naccess-control-request-method: POST\naccess-control-request-headers: authorization,x-amz-target";

  @Test
  void apisAllowEveryOrigin() {
    for (var head : new String[] {"OPTIONS /\nhost: localhost", "OPTIONS /\nhost: kms.localhost"}) {
      var response =
          Cors.preflight(
                  Requests.of(head + PREFLIGHT), Requests.ROUTER, CrossOriginRules.NONE, "req-1")
              .orElseThrow();
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.headers().first("access-control-allow-origin")).isEqualTo("*");
      assertThat(response.headers().first("access-control-allow-headers"))
          .isEqualTo("authorization,x-amz-target");
      assertThat(response.headers().first("access-control-expose-headers"))
          .contains("x-amzn-RequestId");
    }
  }

  @Test
  void bucketsAllowNone() {
    var response =
        Cors.preflight(
                Requests.of("OPTIONS /b/k\nhost: localhost" + PREFLIGHT),
                Requests.ROUTER,
                CrossOriginRules.NONE,
                "r")
            .orElseThrow();
    assertThat(response.status()).isEqualTo(403);
    assertThat(Requests.text(response))
        .contains(
            "<Code>AccessForbidden</Code><Message>CORSResponse: CORS is not enabled for this bucket.</Message>");
  }

  @Test
  void otherRequestsAreNone() {
    assertThat(
            Cors.preflight(
                Requests.of("GET /\nhost: localhost"), Requests.ROUTER, CrossOriginRules.NONE, "r"))
        .isEmpty();
    assertThat(
            Cors.preflight(
                Requests.of("OPTIONS /\nhost: localhost"),
                Requests.ROUTER,
                CrossOriginRules.NONE,
                "r"))
        .isEmpty();
  }
}
