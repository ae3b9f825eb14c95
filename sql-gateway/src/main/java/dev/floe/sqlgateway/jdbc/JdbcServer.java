package dev.floe.sqlgateway.jdbc;

import com.sun.net.httpserver.HttpServer;
import dev.floe.auth.http.HttpAuthenticator;
import dev.floe.catalog.table.Tables;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import dev.floe.sql.engine.QueryEngine;
import dev.floe.sqlgateway.SqlSettings;
import dev.floe.sqlgateway.admission.Admission;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDBC port: Avatica's protocol in protobuf over HTTP/1.1.
 *
 * <pre>
 *   HttpServer ─► JdbcHandler ─► AvaticaCalls ─┬► JdbcConnections ─┐
 *                 key, size, time              ├► JdbcMetadata ────┼► JdbcSessions ─► JdbcStatement ─► JdbcResult
 *                                              └► JdbcStatements ──┘
 * </pre>
 */
public final class JdbcServer implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcServer.class);

    /** Threads beyond those that queries may hold or wait with, so that they can always be closed. */
    private static final int SPARE_THREADS = 16;

    private static final int BACKLOG = 128;
    private static final int QUEUED_CALLS_MAX = 1_000;
    private static final int IDLE_SECONDS = 30;
    private static final long STOP_MILLIS = 1_000;

    private final JdbcSettings settings;
    private final SqlSettings limits;
    private final JdbcSessions sessions;
    private final JdbcHandler handler;
    private final ScheduledThreadPoolExecutor timer;
    private @Nullable HttpServer server;
    private @Nullable ExecutorService threads;
    private @Nullable Future<?> expiry;
    private volatile boolean serving;

    /** {@code queries} is shared with other ways to query. */
    public JdbcServer(
            QueryEngine engine,
            Tables tables,
            HttpAuthenticator authenticator,
            JdbcSettings settings,
            SqlSettings limits,
            Admission queries) {
        this.settings = settings;
        this.limits = limits;
        this.sessions = new JdbcSessions(settings);
        this.timer = new ScheduledThreadPoolExecutor(1, task -> daemon(task, "jdbc-timer"));
        timer.setRemoveOnCancelPolicy(true);
        JdbcStatements statements = new JdbcStatements(engine, sessions, limits, settings.frameRowsMax(), queries);
        AvaticaCalls calls = new AvaticaCalls(
                new JdbcConnections(sessions, engine::words),
                new JdbcMetadata(sessions, tables),
                statements,
                new JdbcBatches(engine, sessions, statements.changes()));
        this.handler = new JdbcHandler(authenticator, calls, settings, timer);
    }

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public synchronized void start() {
        // the JDK's server has these as properties of the process, read when it is first used
        setUnlessSet("sun.net.httpserver.nodelay", "true");
        setUnlessSet("sun.net.httpserver.maxReqTime", "60");
        try {
            HttpServer bound = HttpServer.create(new InetSocketAddress(settings.address(), settings.port()), BACKLOG);
            ExecutorService pool = threads(limits.queriesMax() + limits.queue().waitingMax() + SPARE_THREADS);
            bound.setExecutor(pool);
            bound.createContext("/", handler);
            bound.start();
            server = bound;
            threads = pool;
        } catch (IOException e) {
            throw portError(e);
        }
        expiry = timer.scheduleWithFixedDelay(this::expire, 1, 1, TimeUnit.SECONDS);
        serving = true;
    }

    private void expire() {
        try {
            sessions.expire();
        } catch (RuntimeException e) { // a timer's task that throws is never run again
            LOG.error("idle connections were not closed", e);
        }
    }

    /** The port bound, also where 0 was asked for. */
    public synchronized int port() {
        HttpServer bound = server;
        if (bound == null) {
            throw new IllegalStateException("the JDBC server is not started");
        }
        return bound.getAddress().getPort();
    }

    /** JDBC connections open. */
    public int connectionCount() {
        return sessions.count();
    }

    @Override
    public Health health() {
        return serving ? Health.OK : Health.down("not serving");
    }

    /** Ends running statements, and with them their calls, before it stops to listen. */
    @Override
    public synchronized void close() {
        serving = false;
        handler.stop();
        sessions.closeAll();
        if (expiry != null) {
            expiry.cancel(false);
        }
        timer.shutdownNow();
        HttpServer bound = server;
        if (bound != null) {
            // a stop with a delay would wait for all of it, also where nothing runs
            handler.awaitIdle(STOP_MILLIS);
            bound.stop(0);
            server = null;
        }
        ExecutorService pool = threads;
        if (pool != null) {
            pool.shutdown();
            threads = null;
        }
    }

    private static void setUnlessSet(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    private FloeException portError(IOException e) {
        String address = settings.address() + ":" + settings.port();
        if (e instanceof BindException) {
            return new FloeException(ErrorCode.PORT_IN_USE, "can't serve JDBC on " + address + ": " + e.getMessage(), e)
                    .advise("stop what listens there, or set jdbc.port (flag --jdbc-port)");
        }
        return new FloeException(ErrorCode.INVALID_SETTINGS, "can't serve JDBC on " + address + ": " + e, e);
    }

    private static ExecutorService threads(int count) {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                count,
                count,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUED_CALLS_MAX),
                task -> daemon(task, "jdbc-call-" + number.incrementAndGet()));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
