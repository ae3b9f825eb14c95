package dev.floe.sql.duckdb;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sql.duckdb.ScanInput.ScannedFile;
import dev.floe.sql.engine.FileCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.io.FileIO;

/**
 * Whole copies of data files that aren't local, in one folder of a size that they never exceed.
 *
 * <p>Invariants:
 * <ul>
 *   <li>A file is fetched once however many queries want it; the bytes that it will have are set aside before.
 *   <li>A copy that a query uses stays. Of the others the one that was used least lately goes first, and only where
 *       another file needs the room. Where the room can't be made the query fails at once: queries that wait for one
 *       another's files might wait for ever.
 *   <li>A fetch ends with the last query that wants it. One that failed or was given up leaves no file and no bytes
 *       set aside, and the next query that wants the file begins anew.
 *   <li>A location is written once, so a copy never grows old.
 * </ul>
 * Safe for use by several threads.
 */
final class FetchedFiles implements AutoCloseable {
    /** Fetches that run at once; those of one query wait for others at most. */
    private static final int FETCHES_MAX = 8;
    /** How soon a query that waits for a file sees that it is over. */
    private static final long LOOK_MILLIS = 20;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final Path folder;
    private final long bytesMax;
    private final ExecutorService threads = Executors.newFixedThreadPool(FETCHES_MAX, task -> {
        Thread thread = new Thread(task, "sql-fetch-" + THREADS.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    private final Map<String, Fetched> files = new HashMap<>();
    private final Set<Fetched> unused = new LinkedHashSet<>();
    private long unusedBytes;
    /** Of all files, those on their way with the bytes that they will have. */
    private long bytes;

    private long next;
    private long hits;
    private long misses;
    private long fetchedBytes;
    private long evicted;
    private boolean closed;

    private static final class Fetched {
        private final Fetch fetch;
        private final CompletableFuture<PlacedFile> ready = new CompletableFuture<>();
        private int users;

        Fetched(Fetch fetch) {
            this.fetch = fetch;
        }

        boolean isThere() {
            return ready.isDone() && !ready.isCompletedExceptionally();
        }
    }

    /** {@code folder} is empty, and nobody else's. */
    FetchedFiles(Path folder, long bytesMax) {
        this.folder = folder;
        this.bytesMax = bytesMax;
    }

    /**
     * Copies of files, in their order, to be given back by {@link #release}; waits for those that have to be fetched.
     * {@code check} throws when the query is over. Throws QUERY_MEMORY_EXCEEDED, DATA_UNREADABLE, STORAGE_UNAVAILABLE.
     */
    List<PlacedFile> acquire(FileIO io, List<ScannedFile> wanted, Runnable check) {
        List<Fetched> taken = take(io, wanted);
        try {
            List<PlacedFile> placed = new ArrayList<>();
            for (Fetched file : taken) {
                placed.add(await(file, check));
            }
            return placed;
        } catch (RuntimeException e) {
            giveBack(taken);
            throw e;
        }
    }

    void release(List<String> locations) {
        List<Fetched> taken = new ArrayList<>();
        synchronized (this) {
            for (String location : locations) {
                Fetched file = files.get(location);
                if (file != null) {
                    taken.add(file);
                }
            }
        }
        giveBack(taken);
    }

    synchronized FileCounts counts() {
        return new FileCounts(hits, misses, fetchedBytes, evicted, files.size(), bytes);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            files.values().forEach(file -> file.fetch.giveUp());
        }
        threads.shutdownNow();
    }

    /** Takes what is there or on its way, and sets the rest on its way. */
    private synchronized List<Fetched> take(FileIO io, List<ScannedFile> wanted) {
        if (closed) {
            throw new FloeException(ErrorCode.SHUTTING_DOWN, "the query service is stopping");
        }
        List<Fetched> known = new ArrayList<>();
        long missing = 0;
        for (ScannedFile file : wanted) {
            Fetched there = files.get(file.location());
            if (there == null) {
                missing += file.bytes();
            } else {
                use(there);
                known.add(there);
            }
        }
        if (bytes - unusedBytes + missing > bytesMax) {
            giveBack(known);
            throw tooLarge(wanted);
        }
        while (bytes + missing > bytesMax) {
            evict(unused.iterator().next());
        }
        List<Fetched> taken = new ArrayList<>();
        Set<Fetched> started = new HashSet<>();
        for (ScannedFile file : wanted) {
            Fetched there = files.get(file.location());
            if (there == null) {
                there = start(io, file);
                started.add(there);
                misses++;
            } else {
                // what was there has been taken into use above
                there.users += started.contains(there) ? 1 : 0;
                hits++;
            }
            taken.add(there);
        }
        return taken;
    }

    private void use(Fetched file) {
        if (file.users++ == 0 && unused.remove(file)) {
            unusedBytes -= file.fetch.bytes();
        }
    }

    private Fetched start(FileIO io, ScannedFile file) {
        Fetched started =
                new Fetched(new Fetch(io, file.location(), file.bytes(), folder.resolve(next++ + ".parquet")));
        started.users = 1;
        files.put(file.location(), started);
        bytes += file.bytes();
        threads.execute(() -> run(started));
        return started;
    }

    private void run(Fetched file) {
        try {
            file.fetch.run();
            end(file);
        } catch (RuntimeException | Error e) {
            drop(file);
            file.ready.completeExceptionally(e);
        }
    }

    /** The copy is whole; nobody may want it any more. */
    private synchronized void end(Fetched file) {
        fetchedBytes += file.fetch.bytes();
        if (file.users == 0) {
            drop(file);
            return;
        }
        file.ready.complete(new PlacedFile(file.fetch.location(), file.fetch.path()));
    }

    private static PlacedFile await(Fetched file, Runnable check) {
        while (true) {
            check.run();
            try {
                return file.ready.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                // it is still on its way
            } catch (ExecutionException e) {
                if (e.getCause() instanceof FloeException known) {
                    throw known;
                }
                throw new FloeException(
                        ErrorCode.DATA_UNREADABLE,
                        "can't fetch the data file " + PlacedFile.name(file.fetch.location()),
                        e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FloeException(ErrorCode.QUERY_CANCELLED, "the query was cancelled");
            }
        }
    }

    private synchronized void giveBack(List<Fetched> taken) {
        for (Fetched file : taken) {
            if (--file.users > 0) {
                continue;
            }
            if (file.isThere()) {
                unused.add(file);
                unusedBytes += file.fetch.bytes();
            } else {
                // its thread drops it; whoever wants it by then begins anew
                file.fetch.giveUp();
                files.remove(file.fetch.location(), file);
            }
        }
    }

    private void evict(Fetched file) {
        unused.remove(file);
        unusedBytes -= file.fetch.bytes();
        evicted++;
        drop(file);
    }

    private synchronized void drop(Fetched file) {
        files.remove(file.fetch.location(), file);
        try {
            Files.deleteIfExists(file.fetch.path());
        } catch (IOException e) {
            // the folder is emptied at the next start
        }
        bytes -= file.fetch.bytes();
    }

    private FloeException tooLarge(List<ScannedFile> wanted) {
        long all = wanted.stream().mapToLong(ScannedFile::bytes).sum();
        return new FloeException(
                        ErrorCode.QUERY_MEMORY_EXCEEDED,
                        "a scan reads " + wanted.size() + " files of " + all
                                + " bytes that aren't local, which don't fit into sql.file-cache-bytes-max, " + bytesMax
                                + " bytes, beside the " + (bytes - unusedBytes) + " that other scans use")
                .advise("narrow it down, try again when fewer queries run, or raise sql.file-cache-bytes-max");
    }
}
