package dev.bulwark.encryption.kms;

import dev.bulwark.api.secretsmanager.GetSecretValueRequest;
import dev.bulwark.api.secretsmanager.GetSecretValueResponse;
import dev.bulwark.api.secretsmanager.SecretsManagerApi;
import dev.bulwark.service.Call;
import dev.bulwark.service.Caller;
import dev.bulwark.service.ServiceTable;
import java.util.function.Consumer;

/**
 * A service that does with keys what a test says, in the name of who asks it for a secret. Of
 * Secrets Manager it has the name alone.
 */
final class OtherService {
  private String principal = "";
  private Consumer<Caller> work = caller -> {};

  ServiceTable table() {
    return ServiceTable.of(SecretsManagerApi.MODEL)
        .on(SecretsManagerApi.GET_SECRET_VALUE)
        .action("secretsmanager:GetSecretValue")
        .anyResource()
        .handle(this::work)
        .build();
  }

  private GetSecretValueResponse work(GetSecretValueRequest in, Call call) {
    work.accept(call.via(principal));
    return GetSecretValueResponse.builder().build();
  }

  /** What it does from now on, and as which service. */
  void does(String servicePrincipal, Consumer<Caller> what) {
    principal = servicePrincipal;
    work = what;
  }
}
