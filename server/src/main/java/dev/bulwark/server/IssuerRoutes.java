package dev.bulwark.server;

import dev.bulwark.identity.sts.OutboundFederation;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /_bulwark/issuers/ID/.well-known/…}: where those who get web identity tokens look up
 * who signs them. Public, as such documents are.
 */
final class IssuerRoutes implements LocalRoute {
  private static final String ROUTE = "GET issuers/";

  private final OutboundFederation federation;

  IssuerRoutes(OutboundFederation federation) {
    this.federation = federation;
  }

  @Override
  public @Nullable HttpResponse handle(String route, HttpRequest request) {
    if (!route.startsWith(ROUTE)) {
      return null;
    }
    var parts = route.substring(ROUTE.length()).split("/", 2);
    var document = parts.length == 2 ? federation.document(parts[0], parts[1]) : null;
    return document == null ? null : LocalRoutes.json(200, document);
  }
}
