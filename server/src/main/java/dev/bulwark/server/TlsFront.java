package dev.bulwark.server;

import dev.bulwark.state.Sealer;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The HTTP server once more, over TLS. */
final class TlsFront implements AutoCloseable {
  private final TlsSettings settings;
  private final TlsIdentities identities;
  private final HttpFront front;

  /**
   * Starts listening.
   *
   * @param dataDir keeps the authority where no certificate is given
   * @throws StartException where the certificate cannot be used, or the port is taken
   */
  TlsFront(
      TlsSettings settings,
      Path dataDir,
      Sealer sealer,
      Function<HttpRequest, HttpResponse> handler) {
    this.settings = settings;
    this.identities = identities(settings, dataDir, sealer);
    this.front =
        new HttpFront(settings.listen(), settings.port(), TlsContext.of(identities), handler);
  }

  static TlsIdentities identities(TlsSettings settings, Path dataDir, Sealer sealer) {
    var files = settings.files();
    return files == null
        ? new LocalAuthority(dataDir, sealer, hosts(settings.listen()), Clock.systemUTC())
        : new GivenCertificate(files.getFirst(), files.getLast());
  }

  /** Where clients reach it, by a name that its certificate has. */
  String url() {
    var names = TlsIdentity.names(identities.of(null).certificate());
    var listen = Endpoint.reachable(settings.listen());
    var host =
        names.contains(listen)
            ? listen
            : names.stream().filter(name -> !name.startsWith("*")).findFirst().orElse(listen);
    return "https://" + Endpoint.inUrl(host) + ":" + front.port();
  }

  /** What clients have to trust; null where they trust it anyway. */
  @Nullable Path bundle() {
    return identities.bundle();
  }

  /** The names of an address to listen on: those of the machine where it is all addresses. */
  private static List<String> hosts(String listen) {
    if (!Endpoint.isEverywhere(listen)) {
      return List.of(listen);
    }
    var hosts = new ArrayList<String>();
    try {
      hosts.add(InetAddress.getLocalHost().getHostName());
      for (var one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (var address : Collections.list(one.getInetAddresses())) {
          if (!address.isLinkLocalAddress() && !address.isLoopbackAddress()) {
            hosts.add(address.getHostAddress());
          }
        }
      }
    } catch (UnknownHostException | SocketException e) {
      // What is known so far.
    }
    return hosts;
  }

  @Override
  public void close() {
    front.close();
  }
}
