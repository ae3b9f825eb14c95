package dev.floe.it.chaos;

import dev.floe.client.FloeClient;
import dev.floe.core.error.FloeException;
import dev.floe.it.chaos.Gateways.Connection;
import dev.floe.it.chaos.StreamCall.Broken;
import dev.floe.wire.v1.AppendRequest;
import dev.floe.wire.v1.AppendResponse;
import dev.floe.wire.v1.ErrorKind;
import dev.floe.wire.v1.GetStreamRequest;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A client that writes a stream to each table, over whichever gateway, and goes on whatever breaks.
 *
 * <p>On the way it sends what no good client would: rows that were acked long ago, batches that overlap them, offsets
 * with a gap, and from a second connection that takes its own stream away. What it is told then must be right; what is
 * not goes into the history as a violation. It ends once it is told to and all its rows are acked.
 */
final class Producer implements Runnable {
    private static final int BATCH_ROWS_MAX = 25;
    private static final int UNACKED_ROWS_MAX = 300;
    private static final int IN_FLIGHT_MAX = 6;
    private static final Duration PAUSE_AFTER_BREAK = Duration.ofMillis(150);
    private static final Duration PAUSE = Duration.ofMillis(8);

    private final Gateways gateways;
    private final List<Lane> lanes;
    private final SplittableRandom random;
    private final Journal history;
    private final BooleanSupplier stop;
    private final boolean newestColumns;
    private final Map<String, Columns> columns;

    /** {@code first} are the columns as they were declared; a client without {@code newestColumns} knows no others. */
    Producer(
            Gateways gateways,
            List<Lane> lanes,
            Map<String, Columns> first,
            boolean newestColumns,
            SplittableRandom random,
            Journal history,
            BooleanSupplier stop) {
        this.gateways = gateways;
        this.lanes = List.copyOf(lanes);
        this.columns = new LinkedHashMap<>(first);
        this.newestColumns = newestColumns;
        this.random = random;
        this.history = history;
        this.stop = stop;
    }

    /** A stream as this session has it. */
    private static final class Open {
        private final Lane lane;
        private final StreamCall call;
        private long next;

        Open(Lane lane, StreamCall call, long next) {
            this.lane = lane;
            this.call = call;
            this.next = next;
        }
    }

    @Override
    public void run() {
        while (!done()) {
            String address = gateways.any(random);
            try (Connection connection = gateways.connect(address)) {
                session(connection);
            } catch (Broken | StatusRuntimeException | FloeException e) {
                history.write("info", "gateway", address, "why", e.getMessage());
                LockSupport.parkNanos(PAUSE_AFTER_BREAK.toNanos());
            }
        }
    }

    private boolean done() {
        return stop.getAsBoolean() && lanes.stream().allMatch(lane -> lane.acked() == lane.made());
    }

    private void session(Connection connection) throws Broken {
        if (newestColumns) {
            learnColumns(connection.address());
        }
        List<Open> streams = new ArrayList<>();
        for (Lane lane : lanes) {
            streams.add(open(lane, connection));
        }
        int rounds = 2 + random.nextInt(60);
        for (int round = 0; round < rounds && !done(); round++) {
            for (Open stream : streams) {
                switch (random.nextInt(24)) {
                    case 0, 1, 2 -> sendAgain(stream);
                    case 3 -> sendGap(stream);
                    case 4 -> seldomTakeOver(stream, connection);
                    default -> sendRows(stream);
                }
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        streams.forEach(stream -> stream.call.close());
    }

    private void learnColumns(String address) {
        try (FloeClient client = FloeClient.connect(address, gateways.apiKey())) {
            columns.replaceAll((table, known) -> Columns.of(client.catalog().describeTable("", table)));
        }
    }

    private Open open(Lane lane, Connection connection) throws Broken {
        StreamCall call = StreamCall.begin(connection.streams());
        call.send(opening(lane));
        AppendResponse opened = call.answer();
        requireNoError(opened);
        long next = opened.getNextOffset();
        requirePossible(lane, next, "the stream opens at ");
        lane.ack(next);
        history.write(
                "opened",
                "table",
                lane.table(),
                "producer",
                lane.producer(),
                "gateway",
                connection.address(),
                "next",
                next,
                "epoch",
                opened.getWriterEpoch());
        return new Open(lane, call, next);
    }

    private static AppendRequest opening(Lane lane) {
        return AppendRequest.newBuilder()
                .setTable(lane.table())
                .setStreamId(lane.stream())
                .build();
    }

    private void requirePossible(Lane lane, long next, String what) {
        if (next < lane.acked() || next > lane.made()) {
            violation(lane, what + next + " with " + lane.acked() + " acked and " + lane.made() + " made");
        }
    }

    /** New rows, or those that no one knows the fate of, in other batches than before; some begin before the stream. */
    private void sendRows(Open stream) throws Broken {
        Lane lane = stream.lane;
        if (!stop.getAsBoolean() && lane.made() - lane.acked() < UNACKED_ROWS_MAX) {
            lane.make(random, 1 + random.nextInt(BATCH_ROWS_MAX), known(lane), history);
        }
        List<Long> ends = new ArrayList<>();
        long from = random.nextInt(8) == 0 ? Math.max(0, stream.next - random.nextInt(30)) : stream.next;
        while (from < lane.made() && ends.size() < IN_FLIGHT_MAX) {
            long end = lane.batchEnd(from, Math.min(lane.made(), from + 1 + random.nextInt(2 * BATCH_ROWS_MAX)));
            stream.call.send(lane.request(from, end, from));
            ends.add(end);
            from = end;
        }
        for (long end : ends) {
            AppendResponse answer = stream.call.answer();
            requireStored(lane, answer, end);
            stream.next = Math.max(stream.next, end);
        }
    }

    private void requireStored(Lane lane, AppendResponse answer, long end) throws Broken {
        if (answer.hasError() && answer.getError().getName().equals("OFFSET_OUT_OF_RANGE")) {
            violation(lane, "refused rows to " + end + ": " + answer.getError().getMessage());
        }
        requireNoError(answer);
        if (answer.getAck().getRowsRefused() > 0 || answer.getNextOffset() < end) {
            violation(lane, "rows to " + end + " got " + answer);
        }
        lane.ack(end);
        history.write("acked", "table", lane.table(), "producer", lane.producer(), "to", end);
    }

    private Columns known(Lane lane) {
        Columns known = columns.get(lane.table());
        if (known == null) {
            throw new IllegalStateException("no columns of " + lane.table());
        }
        return known;
    }

    /** F29: rows acked before are acked again, and said to be there. */
    private void sendAgain(Open stream) throws Broken {
        Lane lane = stream.lane;
        long known = Math.min(lane.acked(), stream.next);
        if (known == 0) {
            return;
        }
        long from = (long) (random.nextDouble() * known);
        long end = lane.batchEnd(from, Math.min(known, from + BATCH_ROWS_MAX));
        stream.call.send(lane.request(from, end, from));
        AppendResponse answer = stream.call.answer();
        requireNoError(answer);
        if (!answer.getAlreadyExists()) {
            violation(lane, "rows " + from + " to " + end + " were stored before, and got " + answer);
        }
        history.write("repeated", "table", lane.table(), "producer", lane.producer(), "from", from, "to", end);
    }

    /** F30: a gap is refused, with the offset that is expected. */
    private void sendGap(Open stream) throws Broken {
        Lane lane = stream.lane;
        if (lane.made() == 0) {
            return;
        }
        stream.call.send(lane.request(0, 1, stream.next + 1 + random.nextInt(5)));
        AppendResponse answer = stream.call.answer();
        if (!answer.getError().getName().equals("OFFSET_OUT_OF_RANGE") || answer.getNextOffset() != stream.next) {
            requireNoError(answer);
            violation(lane, "a gap after " + stream.next + " got " + answer);
        }
        history.write("gap", "table", lane.table(), "producer", lane.producer(), "next", stream.next);
    }

    /** F31: a second writer takes the stream over, at another gateway; the first may write no more. */
    private void seldomTakeOver(Open stream, Connection connection) throws Broken {
        Lane lane = stream.lane;
        if (random.nextInt(3) > 0 || lane.made() == 0) {
            return;
        }
        try (Connection other = gateways.connect(gateways.another(connection.address()))) {
            StreamCall second = StreamCall.begin(other.streams());
            second.send(opening(lane));
            AppendResponse taken = second.answer();
            requireNoError(taken);
            requirePossible(lane, taken.getNextOffset(), "taken over at ");
            lane.make(random, 1, known(lane), history);
            stream.call.send(lane.request(lane.made() - 1, lane.made(), stream.next));
            AppendResponse late = stream.call.answer();
            if (!late.hasError()) {
                violation(lane, "a writer whose stream was taken over was acked: " + late);
            }
            history.write("fenced", "table", lane.table(), "producer", lane.producer(), "by", other.address());
            long position = other.calls()
                    .getStream(GetStreamRequest.newBuilder()
                            .setTable(lane.table())
                            .setStreamId(lane.stream())
                            .build())
                    .getNextOffset();
            requirePossible(lane, position, "the stream is said to be at ");
        }
        throw new Broken("taken over on purpose", null);
    }

    private static void requireNoError(AppendResponse answer) throws Broken {
        if (answer.hasError()) {
            boolean expected = answer.getError().getKind() == ErrorKind.UNAVAILABLE
                    || answer.getError().getKind() == ErrorKind.UNKNOWN_OUTCOME
                    || answer.getError().getName().equals("STREAM_FENCED")
                    || answer.getError().getName().equals("OFFSET_OUT_OF_RANGE");
            String what = answer.getError().getName() + ": " + answer.getError().getMessage();
            throw new Broken(expected ? what : "UNEXPECTED " + what, null);
        }
    }

    private void violation(Lane lane, String what) {
        history.write("violation", "table", lane.table(), "producer", lane.producer(), "what", what);
    }
}
