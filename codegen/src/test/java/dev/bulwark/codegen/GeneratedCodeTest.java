package dev.bulwark.codegen;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is generated compiles, whatever the model calls its shapes and members. */
class GeneratedCodeTest {
  private static final String POST = "'http': {'method': 'POST', 'requestUri': '/'}";

  @TempDir private Path classes;

  @Test
  void compilesWhereShapesAreNamedLikeTypesOfJavaOrOfTheGenerator() {
    var names =
        List.of(
            "Object",
            "String",
            "Record",
            "Override",
            "List",
            "Map",
            "Integer",
            "Builder",
            "TestApi",
            "TestStructures",
            "Structure",
            "Shape",
            "Unit",
            "Body",
            "Instant",
            "object",
            "Exception",
            "IndexOutOfBoundsException");
    var shapes =
        names.stream()
            .map(
                name ->
                    "'%s': {'type': 'structure', 'members': {'Self': {'shape': '%s'}, 'Text': {'shape': 'Str'}}},"
                        .formatted(name, name))
            .collect(Collectors.joining());
    var members =
        names.stream()
            .map(name -> "'%s': {'shape': '%s'}".formatted(name, name))
            .collect(Collectors.joining(","));
    assertCompiles(
        shapes
            + "'In': {'type': 'structure', 'members': {"
            + members
            + "}}, 'Str': {'type': 'string', 'enum': ['', 'a', 'A', '*', 'a\\\\b', '1']}");
  }

  @Test
  void compilesWhereMembersAreNamedLikeKeywordsAndMethods() {
    var members =
        List.of(
                "class",
                "default",
                "Default",
                "shape",
                "Shape",
                "builder",
                "toBuilder",
                "hashCode",
                "wait",
                "notify",
                "value",
                "index",
                "member",
                "build",
                "java",
                "dev",
                "org",
                "SHAPE",
                "ARN",
                "Arn",
                "arn",
                "copy",
                "equals")
            .stream()
            .map(name -> "'%s': {'shape': 'Secret'}".formatted(name))
            .collect(Collectors.joining(","));
    assertCompiles(
        "'In': {'type': 'structure', 'members': {"
            + members
            + "}}, 'Secret': {'type': 'string', 'sensitive': true}");
  }

  @Test
  void compilesStructuresWithMoreMembersThanAConstructorTakes() {
    var members =
        IntStream.range(0, StructureWriter.MAX_COMPONENTS + 50)
            .mapToObj(i -> "'Member%d': {'shape': 'Flags'}".formatted(i))
            .collect(Collectors.joining(","));
    assertCompiles(
        "'In': {'type': 'structure', 'required': ['Member1'], 'members': {"
            + members
            + "}}, 'Flags': {'type': 'list', 'member': {'shape': 'Flag'}}, 'Flag': {'type': 'boolean'}");
  }

  @Test
  void compilesEveryType() {
    assertCompiles(
        """
        'In': {'type': 'structure', 'required': ['Blob'], 'members': {
          'Blob': {'shape': 'Blob'}, 'Blobs': {'shape': 'Blobs'}, 'Stream': {'shape': 'Blob', 'streaming': true},
          'Time': {'shape': 'Time'}, 'Long': {'shape': 'Lng'}, 'Double': {'shape': 'Dbl'}, 'Float': {'shape': 'Flt'},
          'Deep': {'shape': 'Deep'}, 'Any': {'shape': 'Any'}, 'Events': {'shape': 'Events'}, 'Empty': {'shape': 'Empty'}}},
        'Blob': {'type': 'blob'}, 'Blobs': {'type': 'list', 'member': {'shape': 'Blob'}},
        'Time': {'type': 'timestamp'}, 'Lng': {'type': 'long'}, 'Dbl': {'type': 'double'}, 'Flt': {'type': 'float'},
        'Str': {'type': 'string'}, 'Deep': {'type': 'map', 'key': {'shape': 'Str'}, 'value': {'shape': 'Blobs'}},
        'Any': {'type': 'structure', 'document': true, 'members': {}},
        'Events': {'type': 'structure', 'eventstream': true, 'members': {'Empty': {'shape': 'Empty'}}},
        'Empty': {'type': 'structure', 'members': {}}
        """);
  }

  private void assertCompiles(String shapes) {
    var service =
        TestModels.read(
            "'protocol': 'json', 'jsonVersion': '1.1'",
            ("'ListMFADevices': {%1$s, 'input': {'shape': 'In'}, 'errors': [{'shape': 'Oops'}]},"
                    + "'ListMfaDevices': {%1$s}")
                .formatted(POST),
            shapes + ", 'Oops': {'type': 'structure', 'members': {}, 'exception': true}");
    var sources = new ArrayList<JavaFileObject>();
    sources.add(source(service, service.apiClass(), TypeWriters.api(service)));
    sources.add(source(service, service.factoryClass(), TypeWriters.factory(service)));
    sources.add(source(service, "package-info", TypeWriters.packageInfo(service)));
    service
        .structures()
        .forEach(
            s ->
                sources.add(
                    source(service, service.className(s), StructureWriter.write(service, s))));
    service
        .errors()
        .forEach(
            s -> sources.add(source(service, service.className(s), TypeWriters.error(service, s))));
    service
        .enums()
        .forEach(
            s ->
                sources.add(
                    source(service, service.className(s), TypeWriters.enumeration(service, s))));

    var problems = new DiagnosticCollector<JavaFileObject>();
    var options =
        List.of(
            "-d",
            classes.toString(),
            "-proc:none",
            "-classpath",
            System.getProperty("java.class.path"));
    var task =
        ToolProvider.getSystemJavaCompiler().getTask(null, null, problems, options, null, sources);

    assertThat(task.call()).as(() -> problems.getDiagnostics().toString()).isTrue();
  }

  private static JavaFileObject source(ServiceSource service, String className, String text) {
    var path = "/" + service.packageName().replace('.', '/') + "/" + className + ".java";
    return new SimpleJavaFileObject(URI.create("string://" + path), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) {
        return text;
      }
    };
  }
}
