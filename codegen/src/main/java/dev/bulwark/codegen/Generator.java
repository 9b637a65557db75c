package dev.bulwark.codegen;

import dev.bulwark.schema.ModelFile;
import dev.bulwark.schema.ServiceCatalog;
import dev.bulwark.schema.ServiceInfo;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The generator's command: {@code Generator <target folder of api>}. */
public final class Generator {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String STAMP = "codegen.stamp";
  private static final String SOURCES = "generated-sources/api";

  private final Path target;
  private final OutputTree sources;
  private final OutputTree resources;

  private Generator(Path target) {
    this.target = target;
    sources = new OutputTree(target.resolve(SOURCES));
    resources = new OutputTree(target.resolve("generated-resources/api"));
  }

  /** Generates into the folder, unless it holds what these inputs give already. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      throw new IllegalArgumentException("usage: Generator <target folder>");
    }
    var target = Path.of(args[0]).toAbsolutePath();
    var stamp = target.resolve(STAMP);
    var hash = InputHash.of(System.getProperty("java.class.path"), target);
    if (Files.isDirectory(target.resolve(SOURCES))
        && Files.isRegularFile(stamp)
        && Files.readString(stamp).equals(hash)) {
      return;
    }
    Files.deleteIfExists(stamp);
    new Generator(target).run();
    Files.writeString(stamp, hash);
  }

  private void run() throws IOException {
    var start = System.nanoTime();
    var infos = new ArrayList<ServiceInfo>();
    var manifest = Manifest.parse(read("/dev/bulwark/codegen/manifest.json"));
    for (var service : manifest.services()) {
      var model = find("/models/" + service.model() + "-model.json");
      if (model == null) {
        throw new IOException("no model " + service.model() + " for " + service.id());
      }
      var patch = find("/dev/bulwark/codegen/patches/" + service.id() + ".json");
      if (patch != null) {
        MergePatch.apply((ObjectNode) model, (ObjectNode) patch);
      }
      var source = C2jReader.read(service, model);
      infos.add(source.model().info());
      write(source);
    }
    var catalog = new ByteArrayOutputStream();
    ModelFile.writeInfos(new DataOutputStream(catalog), infos);
    resources.write(ServiceCatalog.CATALOG_RESOURCE.substring(1), catalog.toByteArray());
    var classes = target.resolve("classes");
    sources.deleteStale(classes);
    resources.deleteStale(classes);
    System.Logger log = System.getLogger(Generator.class.getName());
    log.log(
        System.Logger.Level.INFO,
        "{0} services: {1} sources, {2} changed, in {3} ms",
        infos.size(),
        sources.size(),
        sources.changed(),
        (System.nanoTime() - start) / 1_000_000);
  }

  private void write(ServiceSource service) throws IOException {
    var folder = service.packageName().replace('.', '/') + "/";
    sources.write(folder + "package-info.java", TypeWriters.packageInfo(service));
    sources.write(folder + service.apiClass() + ".java", TypeWriters.api(service));
    sources.write(folder + service.factoryClass() + ".java", TypeWriters.factory(service));
    for (var shape : service.structures()) {
      sources.write(
          folder + service.className(shape) + ".java", StructureWriter.write(service, shape));
    }
    for (var shape : service.errors()) {
      sources.write(folder + service.className(shape) + ".java", TypeWriters.error(service, shape));
    }
    for (var shape : service.enums()) {
      sources.write(
          folder + service.className(shape) + ".java", TypeWriters.enumeration(service, shape));
    }
    var model = new ByteArrayOutputStream();
    ModelFile.writeModel(new DataOutputStream(model), service.model());
    resources.write(
        ServiceCatalog.modelResource(service.model().info().id()).substring(1),
        model.toByteArray());
  }

  private static JsonNode read(String resource) throws IOException {
    var json = find(resource);
    if (json == null) {
      throw new IOException("missing " + resource);
    }
    return json;
  }

  private static @Nullable JsonNode find(String resource) throws IOException {
    try (InputStream in = Generator.class.getResourceAsStream(resource)) {
      return in == null ? null : JSON.readTree(in);
    }
  }
}
