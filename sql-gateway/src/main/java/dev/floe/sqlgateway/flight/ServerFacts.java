package dev.floe.sqlgateway.flight;

import dev.floe.sql.engine.SqlWords;
import dev.floe.sqlgateway.arrow.ArrowPart;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.flight.FlightProducer;
import org.apache.arrow.flight.sql.FlightSqlProducer.Schemas;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedCaseSensitivity;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlSupportedTransaction;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.jspecify.annotations.Nullable;

/** What the server says of itself and of its SQL. */
final class ServerFacts {
    private static final List<SqlInfo> KNOWN = List.of(
            SqlInfo.FLIGHT_SQL_SERVER_NAME,
            SqlInfo.FLIGHT_SQL_SERVER_VERSION,
            SqlInfo.FLIGHT_SQL_SERVER_ARROW_VERSION,
            SqlInfo.FLIGHT_SQL_SERVER_READ_ONLY,
            SqlInfo.FLIGHT_SQL_SERVER_SQL,
            SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT,
            SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION,
            SqlInfo.FLIGHT_SQL_SERVER_CANCEL,
            SqlInfo.FLIGHT_SQL_SERVER_BULK_INGESTION,
            SqlInfo.SQL_DDL_CATALOG,
            SqlInfo.SQL_DDL_SCHEMA,
            SqlInfo.SQL_DDL_TABLE,
            SqlInfo.SQL_IDENTIFIER_CASE,
            SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR,
            SqlInfo.SQL_QUOTED_IDENTIFIER_CASE,
            SqlInfo.SQL_ALL_TABLES_ARE_SELECTABLE,
            SqlInfo.SQL_KEYWORDS,
            SqlInfo.SQL_NUMERIC_FUNCTIONS,
            SqlInfo.SQL_STRING_FUNCTIONS,
            SqlInfo.SQL_SYSTEM_FUNCTIONS,
            SqlInfo.SQL_DATETIME_FUNCTIONS,
            SqlInfo.SQL_SEARCH_STRING_ESCAPE,
            SqlInfo.SQL_SCHEMA_TERM,
            SqlInfo.SQL_CATALOG_TERM,
            SqlInfo.SQL_CATALOG_AT_START,
            SqlInfo.SQL_TRANSACTIONS_SUPPORTED,
            SqlInfo.SQL_BATCH_UPDATES_SUPPORTED,
            SqlInfo.SQL_SAVEPOINTS_SUPPORTED,
            SqlInfo.SQL_NAMED_PARAMETERS_SUPPORTED,
            SqlInfo.SQL_STORED_PROCEDURES_SUPPORTED);

    private final SqlInfoBuilder facts;

    ServerFacts(String version, SqlWords words) {
        String arrow = VectorSchemaRoot.class.getPackage().getImplementationVersion();
        this.facts = new SqlInfoBuilder()
                .withFlightSqlServerName("Floe")
                .withFlightSqlServerVersion(version)
                .withFlightSqlServerArrowVersion(Objects.requireNonNullElse(arrow, "unknown"))
                .withFlightSqlServerReadOnly(false)
                .withFlightSqlServerSql(true)
                .withFlightSqlServerSubstrait(false)
                .withFlightSqlServerTransaction(SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_NONE)
                .withFlightSqlServerCancel(false)
                .withFlightSqlServerBulkIngestion(false)
                .withSqlDdlCatalog(false)
                .withSqlDdlSchema(false)
                .withSqlDdlTable(true)
                .withSqlIdentifierCase(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
                .withSqlIdentifierQuoteChar("\"")
                .withSqlQuotedIdentifierCase(SqlSupportedCaseSensitivity.SQL_CASE_SENSITIVITY_CASE_INSENSITIVE)
                .withSqlAllTablesAreSelectable(true)
                .withSqlKeywords(array(words.keywords()))
                .withSqlNumericFunctions(array(words.numeric()))
                .withSqlStringFunctions(array(words.text()))
                .withSqlSystemFunctions(array(words.other()))
                .withSqlDatetimeFunctions(array(words.time()))
                .withSqlSearchStringEscape("\\")
                .withSqlSchemaTerm("tenant")
                .withSqlCatalogTerm("catalog")
                .withSqlCatalogAtStart(true)
                .withSqlTransactionsSupported(false)
                .withSqlBatchUpdatesSupported(true)
                .withSqlSavepointsSupported(false)
                .withSqlNamedParametersSupported(false)
                .withSqlStoredProceduresSupported(false);
    }

    private static String[] array(Collection<String> words) {
        return words.toArray(new String[0]);
    }

    /** Those asked for as far as they are known, or all; each once however often it is asked for. */
    Listing infos(List<Integer> asked) {
        List<Integer> known = KNOWN.stream().map(SqlInfo::getNumber).toList();
        Set<Integer> wanted = Set.copyOf(asked);
        List<Integer> answered = wanted.isEmpty()
                ? known
                : known.stream().filter(wanted::contains).toList();
        if (answered.isEmpty()) {
            return Listing.empty(Schemas.GET_SQL_INFO_SCHEMA);
        }
        Taken taken = new Taken();
        facts.send(answered, taken);
        return Listing.whole(Schemas.GET_SQL_INFO_SCHEMA, taken.part());
    }

    /** Takes what Arrow's builder would send. */
    private static final class Taken implements FlightProducer.ServerStreamListener {
        private @Nullable VectorSchemaRoot root;
        private @Nullable ArrowPart part;
        private @Nullable Throwable failure;

        ArrowPart part() {
            ArrowPart taken = part;
            if (taken == null) {
                throw new IllegalStateException("no facts could be made", failure);
            }
            return taken;
        }

        @Override
        public void start(VectorSchemaRoot rows, DictionaryProvider dictionaries, IpcOption option) {
            root = rows;
        }

        @Override
        public void putNext() {
            VectorSchemaRoot rows = root;
            if (rows != null) {
                part = ArrowPart.of(rows);
            }
        }

        @Override
        public void putNext(ArrowBuf metadata) {
            throw new UnsupportedOperationException("facts have no metadata beside them");
        }

        @Override
        public void putMetadata(ArrowBuf metadata) {
            throw new UnsupportedOperationException("facts have no metadata beside them");
        }

        @Override
        public void error(Throwable thrown) {
            failure = thrown;
        }

        @Override
        public void completed() {}

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}
    }
}
