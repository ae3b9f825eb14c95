package dev.floe.sqlgateway;

import dev.floe.auth.http.HttpAuthenticator;
import dev.floe.catalog.table.Tables;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.sql.engine.FileCounts;
import dev.floe.sql.engine.QueryCounts;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sql.engine.ResultCounts;
import dev.floe.sqlgateway.admission.Admission;
import dev.floe.sqlgateway.admission.AdmissionCounts;
import dev.floe.sqlgateway.arrow.ArrowStreams;
import dev.floe.sqlgateway.flight.FlightSqlEndpoint;
import dev.floe.sqlgateway.jdbc.JdbcServer;
import dev.floe.sqlgateway.jdbc.JdbcSettings;
import dev.floe.sqlgateway.metrics.QueryMetrics;
import dev.floe.sqlgateway.rpc.QueryCalls;
import dev.floe.sqlgateway.rpc.QueryEndpoint;
import dev.floe.sqlgateway.rpc.QueryThreads;
import io.grpc.BindableService;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The query servers of a process; the engine stays its owner's to close. */
public final class SqlGateway implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(SqlGateway.class);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);
    private static final long STOP_LOOK_MILLIS = 10;

    private final QueryEngine engine;
    private final ArrowStreams arrow;
    private final QueryThreads threads;
    private final QueryCalls calls;
    private final QueryEndpoint endpoint;
    private final Tables tables;
    private final Admission queries;
    private final JdbcServer jdbc;
    private volatile boolean serving;

    /** {@code authenticator} is for JDBC; gRPC's interceptors are in front of {@link #service}. */
    public SqlGateway(
            QueryEngine engine,
            Tables tables,
            HttpAuthenticator authenticator,
            SqlSettings settings,
            JdbcSettings jdbcSettings) {
        this.engine = engine;
        this.arrow = new ArrowStreams(settings.arrowBytesMax());
        this.threads = new QueryThreads(settings);
        this.queries = new Admission(
                "queries",
                "let one finish, close results that are no longer read, or try again shortly",
                settings.queriesMax(),
                settings.queriesPerTenantMax(),
                new Admission.Queue(settings.queue(), threads));
        this.calls = new QueryCalls(settings, queries, threads);
        this.endpoint = new QueryEndpoint(engine, tables, settings, calls, arrow, threads);
        this.tables = tables;
        this.jdbc = new JdbcServer(engine, tables, authenticator, jdbcSettings, settings, queries);
    }

    @Override
    public String name() {
        return "sql-gateway";
    }

    @Override
    public void start() {
        jdbc.start();
        serving = true;
    }

    /** The service to be put behind a gRPC server that authenticates. */
    public BindableService service() {
        return endpoint;
    }

    /** Flight SQL, to be put behind the same server; it names {@code version} as the server's. */
    public BindableService flightService(String version) {
        return FlightSqlEndpoint.behindBasic(new FlightSqlEndpoint(engine, tables, calls, arrow, version));
    }

    /** The port that JDBC is served on, also where 0 was asked for. */
    public int jdbcPort() {
        return jdbc.port();
    }

    /** JDBC connections open. */
    public int jdbcConnections() {
        return jdbc.connectionCount();
    }

    /** Queries open over any of the ways. */
    public int openQueries() {
        return queries.taken();
    }

    /** What became of queries that wanted a place, over any of the ways. */
    public AdmissionCounts admissions() {
        return queries.counts();
    }

    /** What the engine, the queries and the lookups count by table and tenant; for operators only. */
    public QueryMetrics metrics() {
        return new QueryMetrics(engine, Map.of("query", queries::tenants, "lookup", endpoint::lookups));
    }

    /** Says what became of statements: the detail is for operators. */
    @Override
    public Health health() {
        Health health = serving ? jdbc.health() : Health.down("not serving");
        if (!health.healthy()) {
            return health;
        }
        QueryCounts counts = engine.counts();
        AdmissionCounts places = queries.counts();
        ResultCounts results = counts.results();
        FileCounts files = counts.files();
        return new Health(
                true,
                "statements planned " + counts.planned() + ", plans reused " + counts.reused() + ", run as lookups "
                        + counts.lookups() + "; results from the cache " + results.hits() + ", not in it "
                        + results.misses() + ", let go " + results.evicted() + ", kept " + results.kept() + " of "
                        + results.bytes() + " bytes; files from the cache " + files.hits() + ", fetched "
                        + files.misses()
                        + " of " + files.fetched() + " bytes, let go " + files.evicted() + ", kept " + files.kept()
                        + " of " + files.bytes() + " bytes; queries open " + places.taken() + ", waiting "
                        + places.waiting()
                        + ", have waited " + places.waited() + " for " + places.waitedMillis() + " ms in all, refused "
                        + places.refused());
    }

    @Override
    public void close() {
        serving = false;
        queries.close();
        jdbc.close();
        calls.stop();
        awaitStreams();
        threads.close();
        arrow.close();
    }

    private void awaitStreams() {
        long deadline = System.nanoTime() + STOP_MAX.toNanos();
        while (calls.streamCount() > 0 && System.nanoTime() - deadline < 0) {
            try {
                TimeUnit.MILLISECONDS.sleep(STOP_LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (calls.streamCount() > 0) {
            LOG.warn("queries did not stop in time count={}", calls.streamCount());
        }
    }
}
