package dev.floe.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.catalog.Catalog;
import dev.floe.catalog.CatalogSettings;
import dev.floe.catalog.SqlCatalog;
import dev.floe.core.settings.Secret;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettledTimeTest {
    @TempDir
    Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // set before each test
    private Catalog catalog;

    @BeforeEach
    void open() {
        catalog = SqlCatalog.open(new CatalogSettings(
                "jdbc:sqlite:" + folder.resolve("catalog.db"),
                "",
                new Secret(""),
                folder.resolve("warehouse").toString()));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void tellsWhenTheNewestCheckpointBeganThatIsSettled() {
        SettledTime settled = new SettledTime(catalog, catalog.takeOwnership(UUID.randomUUID()));
        settled.begun(1, 1_000);
        settled.begun(2, 2_000);
        settled.begun(3, 3_000);

        settled.completed(1, false);
        assertThat(catalog.settledThrough()).as("its changes wait").isEmpty();
        settled.completed(2, true);

        assertThat(catalog.settledThrough()).contains(Instant.ofEpochMilli(2_000));
        settled.completed(3, true);
        assertThat(catalog.settledThrough()).as("not with each checkpoint").contains(Instant.ofEpochMilli(2_000));
    }

    @Test
    void aCheckpointThatItDidNotSeeBeginTellsNothing() {
        SettledTime settled = new SettledTime(catalog, catalog.takeOwnership(UUID.randomUUID()));
        settled.begun(1, 1_000);

        settled.completed(2, true);
        settled.completed(1, true);

        assertThat(catalog.settledThrough()).isEmpty();
    }

    @Test
    void aJobThatIsOverTellsNothing() {
        SettledTime over = new SettledTime(catalog, catalog.takeOwnership(UUID.randomUUID()));
        over.begun(1, 1_000);
        SettledTime owner = new SettledTime(catalog, catalog.takeOwnership(UUID.randomUUID()));
        owner.begun(1, 500);

        over.completed(1, true);
        assertThat(catalog.settledThrough()).isEmpty();
        owner.completed(1, true);

        assertThat(catalog.settledThrough()).contains(Instant.ofEpochMilli(500));
    }
}
