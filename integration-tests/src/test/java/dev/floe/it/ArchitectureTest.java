package dev.floe.it;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dependencies point one way, and foreign types stay at the edge that needs them. */
class ArchitectureTest {
    private static JavaClasses floe = new ClassFileImporter().importPackages();

    @BeforeAll
    static void importClasses() {
        floe = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.floe");
    }

    @Test
    void modulesDependInOneDirection() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("proto")
                .definedBy("dev.floe.wire..")
                .layer("core")
                .definedBy("dev.floe.core..")
                .layer("storage")
                .definedBy("dev.floe.storage..")
                .layer("catalog")
                .definedBy("dev.floe.catalog..")
                .layer("auth")
                .definedBy("dev.floe.auth..")
                .layer("catalog-server")
                .definedBy("dev.floe.catalogserver..")
                .layer("ingest-gateway")
                .definedBy("dev.floe.gateway..")
                .layer("jobs")
                .definedBy("dev.floe.jobs..")
                .layer("sql-engine")
                .definedBy("dev.floe.sql..")
                .layer("sql-gateway")
                .definedBy("dev.floe.sqlgateway..")
                .layer("client")
                .definedBy("dev.floe.client..")
                .layer("cli")
                .definedBy("dev.floe.cli..")
                .layer("standalone")
                .definedBy("dev.floe.standalone..")
                .whereLayer("proto")
                .mayNotAccessAnyLayer()
                .whereLayer("core")
                .mayOnlyAccessLayers("proto")
                .whereLayer("storage")
                .mayOnlyAccessLayers("proto", "core")
                .whereLayer("catalog")
                .mayOnlyAccessLayers("proto", "core", "storage")
                .whereLayer("auth")
                .mayOnlyAccessLayers("proto", "core", "storage", "catalog")
                .whereLayer("catalog-server")
                .mayOnlyAccessLayers("proto", "core", "storage", "catalog", "auth")
                .whereLayer("ingest-gateway")
                .mayOnlyAccessLayers("proto", "core", "storage", "catalog", "auth")
                .whereLayer("jobs")
                .mayOnlyAccessLayers("proto", "core", "storage", "catalog")
                .whereLayer("sql-engine")
                .mayOnlyAccessLayers("proto", "core", "storage", "catalog")
                .whereLayer("sql-gateway")
                .mayOnlyAccessLayers("proto", "core", "storage", "catalog", "auth", "sql-engine")
                .whereLayer("client")
                .mayOnlyAccessLayers("proto", "core")
                .whereLayer("cli")
                .mayOnlyAccessLayers("proto", "core", "client")
                .check(floe);
    }

    @Test
    void generatedMessagesStayInRpcAndWirePackages() {
        noClasses()
                .that()
                .resideInAPackage("dev.floe..")
                .and()
                .resideOutsideOfPackages(
                        "..rpc..",
                        "..wire..",
                        "dev.floe.client..",
                        "dev.floe.cli..",
                        "dev.floe.gateway..",
                        "dev.floe.storage.log..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.floe.wire.v1..")
                .check(floe);
    }

    @Test
    void foreignTypesStayAtTheirEdge() {
        keep(List.of("org.apache.flink.."), "dev.floe.jobs..", "dev.floe.standalone..");
        keep(List.of("org.apache.calcite.avatica.."), "dev.floe.sql..", "dev.floe.sqlgateway..");
        keep(List.of("org.apache.calcite.."), "dev.floe.sql..", "dev.floe.sqlgateway..");
        keep(List.of("org.apache.arrow.flight.."), "dev.floe.sqlgateway.flight..");
        keep(List.of("org.duckdb.."), "dev.floe.sql..", "dev.floe.sqlgateway..", "dev.floe.standalone.demo..");
        keep(List.of("io.prometheus.."), "dev.floe.sqlgateway.metrics..", "dev.floe.standalone..");
        keep(
                List.of("org.apache.kafka.."),
                "dev.floe.gateway.log..",
                "dev.floe.jobs..",
                "dev.floe.sql.tail.log..",
                "dev.floe.standalone..");
        keep(
                List.of("io.grpc.."),
                "dev.floe.wire..",
                "dev.floe.auth.rpc..",
                "dev.floe.catalogserver..",
                "dev.floe.gateway..",
                "dev.floe.sqlgateway.rpc..",
                "dev.floe.sqlgateway.flight..",
                "dev.floe.sqlgateway",
                "dev.floe.client..",
                "dev.floe.standalone..");
    }

    private static void keep(List<String> foreign, String... homes) {
        noClasses()
                .that()
                .resideInAPackage("dev.floe..")
                .and()
                .resideOutsideOfPackages(homes)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(foreign.toArray(String[]::new))
                .check(floe);
    }
}
