package dev.floe.catalog.database;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/** Brings the database's schema to this build's version. */
final class Migrations {
    private static final String LOCATION = "classpath:dev/floe/catalog/migrations";
    private static final String HISTORY_TABLE = "floe_schema_history";

    private Migrations() {}

    /** Throws DATA_FOLDER_NEWER where a newer build was here; SQLite and Postgres roll a failed migration back. */
    static void apply(DataSource database) {
        Flyway flyway = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(database)
                .locations(LOCATION)
                .table(HISTORY_TABLE)
                .loggers("slf4j")
                // a Postgres database may hold other schemas' tables beside ours
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
        try {
            refuseNewer(flyway.info().all());
            flyway.migrate();
        } catch (FlywayException e) {
            throw new FloeException(
                            ErrorCode.DATA_FOLDER_UNUSABLE,
                            "the catalog's schema can't be brought to this version: " + e.getMessage(),
                            e)
                    .advise("restore the catalog's database from a backup, or start the version that wrote it");
        }
    }

    private static void refuseNewer(MigrationInfo[] migrations) {
        for (MigrationInfo migration : migrations) {
            if (migration.getState() == MigrationState.FUTURE_SUCCESS
                    || migration.getState() == MigrationState.FUTURE_FAILED) {
                throw new FloeException(
                                ErrorCode.DATA_FOLDER_NEWER,
                                "the catalog has schema version " + migration.getVersion()
                                        + ", which is newer than this build")
                        .advise("start the version of Floe that last used this data, or a later one");
            }
        }
    }
}
