package dev.floe.sql.duckdb;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.engine.FileCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.jspecify.annotations.Nullable;

/**
 * One DuckDB in memory for all queries of the process, opened when first needed.
 *
 * <p>Invariant: it opens no file but those placed for a query and its own temporary ones, loads no extension, reaches
 * no network, and its settings are locked before the first query. Safe for use by several threads; each query has a
 * connection of its own.
 */
public final class DuckDb implements AutoCloseable {
    private static final long FORGET_SECONDS = 60;
    private static final Pattern PATTERN = Pattern.compile("[*?\\[]");

    private final ScanSettings settings;
    private final BufferAllocator allocator = new RootAllocator();
    private final ScheduledExecutorService deadlines = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sql-scan-deadline");
        thread.setDaemon(true);
        return thread;
    });
    private @Nullable DuckDBConnection root;
    private @Nullable ScanFiles files;
    private @Nullable Future<?> forgetting;
    private boolean closed;

    public DuckDb(ScanSettings settings) {
        this.settings = settings;
    }

    /** Opens what a first query would wait for. */
    public void warmUp() {
        root();
    }

    /**
     * Starts a query over scans, which {@code sql} calls s0, s1 and so on; nothing runs before the first batch.
     * Throws DATA_UNREADABLE.
     */
    public DuckRows query(String sql, List<ScanInput> scans, DuckRows.Shape shape) {
        return new DuckRows(this, sql, scans, shape);
    }

    BufferAllocator allocator() {
        return allocator;
    }

    synchronized ScanFiles files() {
        root();
        ScanFiles open = files;
        if (open == null) {
            throw new IllegalStateException("DuckDB is open");
        }
        return open;
    }

    /** What became of files that aren't local. */
    public synchronized FileCounts counts() {
        ScanFiles open = files;
        return open == null ? FileCounts.NONE : open.counts();
    }

    /** A connection for one query. */
    DuckDBConnection connect() {
        try {
            return root().duplicate();
        } catch (SQLException e) {
            throw DuckErrors.translate(e);
        }
    }

    private synchronized DuckDBConnection root() {
        if (closed) {
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "the query service is stopping");
        }
        try {
            DuckDBConnection open = root;
            if (open == null) {
                open = open();
                root = open;
            }
            return open;
        } catch (SQLException e) {
            throw DuckErrors.translate(e);
        }
    }

    /** Runs an action later, unless all is closed by then. */
    Future<?> at(Duration delay, Runnable action) {
        try {
            return deadlines.schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    private DuckDBConnection open() throws SQLException {
        if (PATTERN.matcher(settings.folder().toAbsolutePath().toString()).find()) {
            throw new FloeException(
                            ErrorCode.DATA_FOLDER_UNUSABLE,
                            "DuckDB takes the folder " + settings.folder() + " for a pattern")
                    .advise("set sql.scan-folder to one without *, ? and [ in its path");
        }
        Path spill = settings.folder().resolve("spill");
        ScanFiles placed;
        try {
            placed = ScanFiles.open(settings.folder(), settings.fileCacheBytesMax());
            ScanFiles.emptied(spill);
        } catch (IOException e) {
            throw new FloeException(ErrorCode.DATA_FOLDER_UNUSABLE, "can't use the folder " + settings.folder(), e)
                    .advise("make it writable, or set sql.scan-folder");
        }
        Properties properties = new Properties();
        properties.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", properties);
        try (Statement statement = connection.createStatement()) {
            for (String setting : List.of(
                    "autoinstall_known_extensions = false",
                    "autoload_known_extensions = false",
                    "allowed_directories = ["
                            + placed.folders().stream()
                                    .map(folder -> quoted(folder + "/"))
                                    .collect(Collectors.joining(", "))
                            + "]",
                    "temp_directory = " + quoted(spill.toAbsolutePath().toString()),
                    "max_temp_directory_size = '" + settings.tempBytesMax() + "B'",
                    "memory_limit = '" + settings.memoryMax() + "B'",
                    "threads = " + settings.threads(),
                    "TimeZone = 'UTC'",
                    "error_on_division_by_zero = true",
                    "ieee_floating_point_ops = true",
                    "integer_division = false",
                    "enable_external_access = false",
                    "lock_configuration = true")) {
                statement.execute("SET GLOBAL " + setting);
            }
        } catch (SQLException e) {
            connection.close();
            placed.close();
            throw e;
        }
        files = placed;
        forgetting = deadlines.scheduleWithFixedDelay(
                placed::forgetDeleted, FORGET_SECONDS, FORGET_SECONDS, TimeUnit.SECONDS);
        return connection;
    }

    private static String quoted(String path) {
        return "'" + path.replace("'", "''") + "'";
    }

    @Override
    public synchronized void close() {
        closed = true;
        Future<?> task = forgetting;
        if (task != null) {
            task.cancel(false);
        }
        deadlines.shutdownNow();
        ScanFiles placed = files;
        if (placed != null) {
            placed.close();
        }
        DuckDBConnection open = root;
        root = null;
        try {
            if (open != null) {
                open.close();
            }
        } catch (SQLException e) {
            throw DuckErrors.translate(e);
        }
    }
}
