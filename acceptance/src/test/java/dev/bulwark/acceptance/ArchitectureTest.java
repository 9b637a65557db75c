package dev.bulwark.acceptance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.Location;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The arrows of the house: server to services to platform to api; services to engines; engines know
 * nobody.
 */
class ArchitectureTest {
  private static final String[] SERVICES = {
    "dev.bulwark.identity..",
    "dev.bulwark.storage..",
    "dev.bulwark.audit..",
    "dev.bulwark.monitoring..",
    "dev.bulwark.encryption..",
    "dev.bulwark.messaging.."
  };
  private static final String[] PLATFORM = {
    "dev.bulwark.base..",
    "dev.bulwark.outgoing..",
    "dev.bulwark.wire..",
    "dev.bulwark.state..",
    "dev.bulwark.access..",
    "dev.bulwark.events..",
    "dev.bulwark.service.."
  };
  private static final String[] ENGINES = {
    "dev.bulwark.policy..",
    "dev.bulwark.analysis..",
    "dev.bulwark.cryptography..",
    "dev.bulwark.hsm..",
    "dev.bulwark.patterns..",
    "dev.bulwark.logs..",
    "dev.bulwark.lake.."
  };
  private static final String[] API = {"dev.bulwark.schema..", "dev.bulwark.api.."};
  private static final String CLIENT = "dev.bulwark.cloudhsm.jca..";
  private static final String PROTOCOL = "dev.bulwark.cloudhsm.protocol..";
  private static final String SERVER = "dev.bulwark.server..";
  private static final String ALL = "dev.bulwark..";

  private static JavaClasses classes;

  @BeforeAll
  static void read() {
    classes =
        new ClassFileImporter()
            .withImportOption(location -> !generated(location))
            .importPackages("dev.bulwark");
  }

  /** The generated classes need no reading: their module depends on schema alone. */
  private static boolean generated(Location location) {
    return location.contains("/dev/bulwark/api/") || location.contains("/dev/bulwark/acceptance/");
  }

  @Test
  void everyServiceIsKnownToThisTest() {
    noClasses()
        .should()
        .resideOutsideOfPackages(
            all(SERVICES, PLATFORM, API, ENGINES, new String[] {SERVER, CLIENT, PROTOCOL}))
        .check(classes);
  }

  private static String[] all(String[]... groups) {
    return java.util.Arrays.stream(groups).flatMap(java.util.Arrays::stream).toArray(String[]::new);
  }

  @Test
  void enginesKnowNobody() {
    noClasses()
        .that()
        .resideInAnyPackage(ENGINES)
        .should()
        .dependOnClassesThat(resideInAPackage(ALL).and(not(resideInAnyPackage(ENGINES))))
        .check(classes);
  }

  @Test
  void whatClientsHaveKnowsNothingOfTheServer() {
    noClasses()
        .that()
        .resideInAnyPackage(CLIENT, PROTOCOL)
        .should()
        .dependOnClassesThat(resideInAPackage(ALL).and(not(resideInAnyPackage(CLIENT, PROTOCOL))))
        .check(classes);
    noClasses()
        .that()
        .resideOutsideOfPackage(CLIENT)
        .should()
        .dependOnClassesThat(resideInAPackage(CLIENT))
        .check(classes);
  }

  @Test
  void theApiKnowsNobodyElse() {
    noClasses()
        .that()
        .resideInAPackage("dev.bulwark.schema..")
        .should()
        .dependOnClassesThat(resideInAPackage(ALL).and(not(resideInAnyPackage(API))))
        .check(classes);
  }

  @Test
  void thePlatformKnowsNoServiceAndNoGeneratedClass() {
    noClasses()
        .that()
        .resideInAnyPackage(PLATFORM)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(all(SERVICES, new String[] {SERVER, "dev.bulwark.api.."})))
        .check(classes);
  }

  @Test
  void servicesDoNotKnowTheServer() {
    noClasses()
        .that()
        .resideInAnyPackage(SERVICES)
        .should()
        .dependOnClassesThat(resideInAPackage(SERVER))
        .check(classes);
  }

  @Test
  void noServiceReachesIntoAnother() {
    slices()
        .matching("dev.bulwark.(identity|storage|audit|monitoring|encryption|messaging)..")
        .should()
        .notDependOnEachOther()
        .check(classes);
  }

  @Test
  void servicesSeeNeitherHttpNorDatabases() {
    noClasses()
        .that()
        .resideInAnyPackage(SERVICES)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.helidon..", "java.sql..", "org.sqlite..", "java.net.http.."))
        .check(classes);
  }

  @Test
  void thePlatformHasNoCycles() {
    slices()
        .matching("dev.bulwark.(base|outgoing|wire|state|access|events|service|schema|policy)..")
        .should()
        .beFreeOfCycles()
        .check(classes);
  }
}
