package dev.floe.standalone.demo;

import dev.floe.client.Ack;
import dev.floe.client.ColumnarRows;
import dev.floe.client.FloeClient;
import dev.floe.client.Operation;
import dev.floe.client.TableWriter;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Sends the flight records with the Java client, for machines without Python's gRPC. */
final class JavaSender {
    private static final int BATCH_ROWS = 5_000;
    private static final long MICROS = 1_000_000;

    private final TableWriter flights;
    private final TableWriter routes;
    private final List<CompletableFuture<Ack>> acks = new ArrayList<>();

    private final long[] dates = new long[BATCH_ROWS];
    private final long[] delays = new long[BATCH_ROWS];
    private final long[] distances = new long[BATCH_ROWS];
    private final String[] origins = new String[BATCH_ROWS];
    private final String[] destinations = new String[BATCH_ROWS];
    private int rows;

    private JavaSender(TableWriter flights, TableWriter routes) {
        this.flights = flights;
        this.routes = routes;
    }

    /** Sends all records to both tables and waits for the acks; throws the first refusal. */
    static void send(FlightRecords records, FloeClient client) {
        try (TableWriter flights = client.writer("flights");
                TableWriter routes = client.writer("routes")) {
            JavaSender sender = new JavaSender(flights, routes);
            records.forEach(sender::add);
            sender.flush();
            flights.flush();
            routes.flush();
            for (CompletableFuture<Ack> ack : sender.acks) {
                Ack stored = ack.join();
                if (!stored.rowErrors().isEmpty()) {
                    throw stored.rowErrors().get(0);
                }
            }
        }
    }

    private void add(String date, long delay, long distance, String origin, String destination) {
        dates[rows] = LocalDateTime.parse(date).toEpochSecond(ZoneOffset.UTC) * MICROS;
        delays[rows] = delay;
        distances[rows] = distance;
        origins[rows] = origin;
        destinations[rows] = destination;
        rows++;
        if (rows == BATCH_ROWS) {
            flush();
        }
    }

    private void flush() {
        if (rows == 0) {
            return;
        }
        ColumnarRows batch = ColumnarRows.builder(rows)
                .longs("date", Arrays.copyOf(dates, rows))
                .longs("delay", Arrays.copyOf(delays, rows))
                .longs("distance", Arrays.copyOf(distances, rows))
                .strings("origin", Arrays.copyOf(origins, rows))
                .strings("destination", Arrays.copyOf(destinations, rows))
                .build();
        acks.add(flights.append(batch, Operation.APPEND));
        acks.add(routes.append(batch, Operation.UPSERT));
        rows = 0;
    }
}
