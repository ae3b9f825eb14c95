package dev.floe.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** One client that asks one question after another; each thread opens its own. */
interface Asker extends AutoCloseable {
    /** Asks for something that {@code random} chooses; throws IllegalStateException where the answer is wrong. */
    void ask(SplittableRandom random) throws Exception;

    @Override
    void close();

    /** Opens a client. */
    @FunctionalInterface
    interface Opening {
        Asker open() throws Exception;
    }

    /** Lets clients ask for some seconds, warm, and prints a line of how many answers there were and how fast. */
    static void measure(String what, Opening opening, int clients, int seconds) {
        run(opening, clients, Math.max(2, seconds / 3));
        long[] nanos = run(opening, clients, seconds);
        System.out.printf(
                Locale.ROOT,
                "%-32s %7d %,10.0f %8.2f %8.2f%n",
                what,
                clients,
                (double) nanos.length / seconds,
                nanos[nanos.length / 2] / 1e6,
                nanos[(int) (nanos.length * 0.99)] / 1e6);
    }

    /** The head of the table of such lines. */
    static void head() {
        System.out.printf("%-32s %7s %10s %8s %8s%n", "question", "clients", "answers/s", "p50 ms", "p99 ms");
    }

    private static long[] run(Opening opening, int clients, int seconds) {
        List<CompletableFuture<long[]>> running = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            SplittableRandom random = new SplittableRandom(client);
            CompletableFuture<long[]> nanos = new CompletableFuture<>();
            Thread thread = new Thread(() -> nanos.completeAsync(() -> loop(opening, random, seconds), Runnable::run));
            thread.setName("client-" + client);
            thread.start();
            running.add(nanos);
        }
        return running.stream()
                .flatMapToLong(nanos -> Arrays.stream(nanos.join()))
                .sorted()
                .toArray();
    }

    private static long[] loop(Opening opening, SplittableRandom random, int seconds) {
        long[] nanos = new long[1 << 10];
        int count = 0;
        try (Asker asker = opening.open()) {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
            while (System.nanoTime() < until) {
                long began = System.nanoTime();
                asker.ask(random);
                if (count == nanos.length) {
                    nanos = Arrays.copyOf(nanos, count * 2);
                }
                nanos[count++] = System.nanoTime() - began;
            }
        } catch (Exception e) {
            throw new IllegalStateException("a client failed", e);
        }
        return Arrays.copyOf(nanos, count);
    }
}
