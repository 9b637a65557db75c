package dev.bulwark.server;

import dev.bulwark.schema.Body;
import dev.bulwark.state.StoreException;
import dev.bulwark.wire.HttpHeaders;
import dev.bulwark.wire.HttpRequest;
import dev.bulwark.wire.HttpResponse;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server: turns its requests into {@link HttpRequest}, answers with {@link HttpResponse};
 * a virtual thread a request.
 */
final class HttpFront implements AutoCloseable {
  /** Presigned URLs carry session tokens of some kilobytes in their query. */
  private static final int MAX_REQUEST_LINE = 32 * 1024;

  private static final int MAX_HEADERS = 64 * 1024;

  /** What is read of a body that nobody wants, to keep the connection. */
  private static final int MAX_DISCARDED = 256 * 1024;

  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  /** What runs when the server is to end is answered, but long polls are not waited for. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(5);

  /** Each takes some memory, and more while it sends a request's head. */
  private static final int MAX_CONNECTIONS = 4096;

  /** An eighth of the heap, since what is made of bodies takes several times as much. */
  private static final BodyRoom ROOM =
      new BodyRoom(Runtime.getRuntime().maxMemory() / 8, Duration.ofSeconds(10));

  private static final System.Logger LOG = System.getLogger(HttpFront.class.getName());

  private static final Map<String, HeaderName> HEADER_NAMES = new ConcurrentHashMap<>();
  private static final int MOST_HEADER_NAMES = 256;

  private static final String MALFORMED =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Error><Code>BadRequest</Code><Message>An error occurred when parsing the HTTP request.</Message></Error>""";

  private final WebServer server;
  private final SlowHeads slowHeads;

  /** Starts listening for plain connections. */
  HttpFront(String host, int port, Function<HttpRequest, HttpResponse> handler) {
    this(host, port, null, handler);
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @param tls null for plain connections
   */
  HttpFront(
      String host,
      int port,
      @Nullable TlsContext tls,
      Function<HttpRequest, HttpResponse> handler) {
    this(host, port, tls, handler, new SlowHeads(System::nanoTime));
  }

  HttpFront(
      String host,
      int port,
      @Nullable TlsContext tls,
      Function<HttpRequest, HttpResponse> handler,
      SlowHeads slowHeads) {
    this.slowHeads = slowHeads;
    var builder = WebServer.builder();
    if (tls != null) {
      // With the channels of NIO it would ask the name service for the name of each client.
      builder.useNio(false).tls(Tls.builder().sslContext(tls).build());
    }
    server =
        builder
            .host(host)
            .port(port)
            .shutdownHook(false)
            .shutdownGracePeriod(LAST_ANSWERS)
            .maxPayloadSize(-1)
            .maxTcpConnections(MAX_CONNECTIONS)
            .contentEncoding(new UndecodedContent())
            // Without a delay, since the end of a long answer would wait for the client's
            // acknowledgement of its beginning, which that client delays.
            .connectionOptions(options -> options.readTimeout(READ_TIMEOUT).tcpNoDelay(true))
            .directHandlers(
                DirectHandlers.builder()
                    .addHandler(DirectHandler.EventType.BAD_REQUEST, HttpFront::refuse)
                    .addHandler(DirectHandler.EventType.INTERNAL_ERROR, HttpFront::refuse)
                    .build())
            .protocolsDiscoverServices(false)
            .addProtocol(
                Http1Config.builder()
                    .maxPrologueLength(MAX_REQUEST_LINE)
                    .maxHeadersSize(MAX_HEADERS)
                    // Paths hold S3 keys of any shape: they are judged by the router, not by the
                    // server.
                    .validatePath(false)
                    // The codecs write no control characters into headers; once is enough.
                    .validateResponseHeaders(false)
                    // The router looks at the host, and takes what it does not know for none.
                    .validateRequestHostHeader(false)
                    // Nor are queries: a bad one is refused in the protocol's own words.
                    .validatePrologue(false)
                    // HTTP/1.1 keeps connections without being told, and nothing else is spoken.
                    .sendKeepAliveHeader(false)
                    .addReceiveListener(slowHeads)
                    .build())
            .routing(
                HttpRouting.builder()
                    .any((request, response) -> exchange(request, response, handler)))
            .build()
            .start();
    // Helidon logs that it cannot listen, and goes on without.
    if (!server.isRunning() || server.port() < 0) {
      throw new StartException(CannotListen.why(host, port, tls == null ? "--port" : "--tls-port"));
    }
    slowHeads.start();
  }

  /** The port that it listens on. */
  int port() {
    return server.port();
  }

  @Override
  public void close() {
    slowHeads.close();
    server.stop();
  }

  /**
   * Answers what is no HTTP request, or breaks off in its head; the pipeline itself never fails.
   */
  private static DirectHandler.TransportResponse refuse(
      DirectHandler.TransportRequest request,
      DirectHandler.EventType event,
      Status status,
      ServerResponseHeaders headers,
      String message) {
    return DirectHandler.TransportResponse.builder()
        .status(Status.BAD_REQUEST_400)
        .headers(headers)
        .header(HeaderNames.CONTENT_TYPE, "application/xml")
        .keepAlive(false)
        .entity(MALFORMED)
        .build();
  }

  private static void exchange(
      ServerRequest request, ServerResponse response, Function<HttpRequest, HttpResponse> handler) {
    var incoming =
        hasBody(request)
            ? new ClientStream(
                () -> request.content().inputStream(),
                request.headers().contentLength().orElse(-1),
                ROOM,
                System::nanoTime)
            : null;
    try {
      exchange(request, incoming, response, handler);
    } finally {
      if (incoming != null) {
        incoming.release();
      }
    }
  }

  private static void exchange(
      ServerRequest request,
      @Nullable ClientStream incoming,
      ServerResponse response,
      Function<HttpRequest, HttpResponse> handler) {
    var clear = hasOneHost(request);
    var answer = clear ? handler.apply(read(request, incoming)) : malformed();
    var last =
        !clear
            || (request.headers().contains(HeaderNames.CONNECTION)
                && request.headers().containsToken(HeaderValues.CONNECTION_CLOSE))
            || (incoming != null && !isWhole(request, incoming));
    if (last) {
      response.headers().set(HeaderValues.CONNECTION_CLOSE);
    }
    try {
      write(answer, "HEAD".equals(request.prologue().method().text()), response);
    } catch (IOException e) {
      throw new CloseConnectionException("the client left, or the answer broke off", e);
    } catch (StoreException e) {
      LOG.log(System.Logger.Level.ERROR, "An answer broke off, since its bytes cannot be read", e);
      throw new CloseConnectionException("the answer broke off", e);
    }
    // Helidon says that it will close the connection, but leaves it to the client, which waits for
    // the server.
    if (last) {
      throw new CloseConnectionException("the last request of its connection");
    }
  }

  /** Who stands before the server may have looked at another one (RFC 9112, section 3.2). */
  private static boolean hasOneHost(ServerRequest request) {
    return request.headers().contains(HeaderNames.HOST)
        && request.headers().get(HeaderNames.HOST).valueCount() == 1;
  }

  private static HttpResponse malformed() {
    return HttpResponse.of(400, "application/xml", MALFORMED.getBytes(StandardCharsets.UTF_8));
  }

  /** By its head alone: asking for its content tells a client to send that. */
  private static boolean hasBody(ServerRequest request) {
    return request.headers().contentLength().orElse(0) > 0
        || request.headers().contains(HeaderNames.TRANSFER_ENCODING);
  }

  /** Whether the whole body is read, so that the connection can be used again. */
  private static boolean isWhole(ServerRequest request, ClientStream incoming) {
    var waits = !incoming.begun() && request.headers().containsToken(HeaderValues.EXPECT_100);
    return !waits && incoming.discardRest(MAX_DISCARDED);
  }

  private static HttpRequest read(ServerRequest request, @Nullable ClientStream incoming) {
    var headers = new HttpHeaders();
    for (var header : request.headers()) {
      var name = header.headerName().lowerCase();
      if (header.valueCount() == 1) {
        headers.add(name, header.get());
      } else {
        header.allValues().forEach(value -> headers.add(name, value));
      }
    }
    var prologue = request.prologue();
    var length = request.headers().contentLength();
    var body = incoming == null ? Body.empty() : new Body(incoming, length.orElse(-1));
    var peer = (InetSocketAddress) request.remotePeer().address();
    return new HttpRequest(
        prologue.method().text(),
        originForm(prologue.uriPath().rawPath()),
        prologue.query().rawValue(),
        headers,
        body,
        withoutZone(peer.getAddress().getHostAddress()),
        request.isSecure() ? TlsContext.details() : null);
  }

  /** An address of the link has the zone behind it, which is this machine's business (RFC 4007). */
  static String withoutZone(String address) {
    var zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }

  /**
   * The path of a request whose target is a whole URL, as clients send it to a proxy (RFC 9112,
   * section 3.2.2).
   */
  private static String originForm(String target) {
    if (target.startsWith("/")) {
      return target;
    }
    var authority = target.indexOf("://");
    var path = authority < 0 ? -1 : target.indexOf('/', authority + 3);
    return path < 0 ? "/" : target.substring(path);
  }

  /** The server's form of a name; the first few hundred are kept. */
  private static HeaderName headerName(String name) {
    var known = HEADER_NAMES.get(name);
    if (known != null) {
      return known;
    }
    var made = HeaderNames.create(name);
    if (HEADER_NAMES.size() < MOST_HEADER_NAMES) {
      HEADER_NAMES.put(name, made);
    }
    return made;
  }

  private static void write(HttpResponse answer, boolean head, ServerResponse response)
      throws IOException {
    response.status(Status.create(answer.status()));
    answer
        .headers()
        .forEach(
            (name, value) -> response.headers().add(HeaderValues.create(headerName(name), value)));
    var body = answer.body();
    if (head || answer.status() == 204 || answer.status() == 304) {
      body.stream().close();
      response.send();
      return;
    }
    if (body.length() >= 0) {
      response.headers().contentLength(body.length());
    }
    if (body.length() >= 0 && body.length() <= 64 * 1024) {
      sendWhole(body, response);
      return;
    }
    try (var out = response.outputStream()) {
      body.writeTo(out);
    }
  }

  private static void sendWhole(Body body, ServerResponse response) throws IOException {
    try (var stream = body.stream()) {
      var rest = body.rest();
      if (rest == null) {
        response.send(stream.readAllBytes());
      } else {
        response.send(rest.array(), rest.arrayOffset() + rest.position(), rest.remaining());
      }
    }
  }
}
