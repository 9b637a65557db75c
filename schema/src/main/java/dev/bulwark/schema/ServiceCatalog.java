package dev.bulwark.schema;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every service that was generated. Infos are read at once, a service's model when it is first
 * asked for.
 */
public final class ServiceCatalog {
  /** The package below which each service has its own, named by its id. */
  public static final String API_PACKAGE = "dev.bulwark.api";

  /** The resource that lists all services. */
  public static final String CATALOG_RESOURCE = "/dev/bulwark/api/services.bin";

  private static final Map<String, ServiceModel> MODELS = new ConcurrentHashMap<>();

  /**
   * Read apart from this class, so that the generator can ask where resources are before there are
   * any.
   */
  private static final class Infos {
    static final Map<String, ServiceInfo> ALL = readInfos();
  }

  private ServiceCatalog() {}

  /** All services, in the manifest's order. */
  public static List<ServiceInfo> services() {
    return List.copyOf(Infos.ALL.values());
  }

  /** The service of that id, or null. */
  public static @Nullable ServiceInfo find(String id) {
    return Infos.ALL.get(id);
  }

  /**
   * The model of a service, loaded on first use.
   *
   * @param id as in {@link ServiceInfo#id()}
   * @throws IllegalArgumentException where there is no such service
   */
  public static ServiceModel model(String id) {
    var model = MODELS.get(id);
    return model != null ? model : MODELS.computeIfAbsent(id, ServiceCatalog::load);
  }

  /** The resource that holds a service's model. */
  public static String modelResource(String id) {
    return "/dev/bulwark/api/" + id + "/model.bin";
  }

  private static ServiceModel load(String id) {
    var info = Infos.ALL.get(id);
    if (info == null) {
      throw new IllegalArgumentException("no such service: " + id);
    }
    try (var in = open(modelResource(id))) {
      var factory =
          (StructureFactory)
              Class.forName(API_PACKAGE + "." + id + "." + info.className() + "Structures")
                  .getDeclaredConstructor()
                  .newInstance();
      return ModelFile.readModel(in, info, factory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the generated classes of " + id + " are missing", e);
    }
  }

  private static Map<String, ServiceInfo> readInfos() {
    var infos = new LinkedHashMap<String, ServiceInfo>();
    try (var in = open(CATALOG_RESOURCE)) {
      for (var info : ModelFile.readInfos(in)) {
        infos.put(info.id(), info);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return infos;
  }

  private static DataInputStream open(String resource) throws IOException {
    var stream = ServiceCatalog.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new IOException("missing resource " + resource);
    }
    return new DataInputStream(new BufferedInputStream(stream, 1 << 16));
  }
}
