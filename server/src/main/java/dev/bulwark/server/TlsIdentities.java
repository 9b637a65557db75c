package dev.bulwark.server;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Who the server is to clients that connect over TLS. Safe for many threads. */
interface TlsIdentities {
  /**
   * Whom a client finds now, under the name that it asks for.
   *
   * @param serverName in lower case; null where the client names none, as for an IP address
   */
  TlsIdentity of(@Nullable String serverName);

  /**
   * The file of certificates that clients have to trust; null where they trust the server's anyway.
   */
  @Nullable Path bundle();
}
