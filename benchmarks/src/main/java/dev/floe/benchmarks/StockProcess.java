package dev.floe.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the stock pipeline in a process of its own and reads what it printed. */
final class StockProcess {
    private static final Pattern LINE =
            Pattern.compile("stock mode=(\\w+) rows=(\\d+) seconds=([\\d.]+) cpuSeconds=([\\d.]+) peakMemoryMb=(\\d+)");

    private final PeerProcess peer;
    private final Path folder;

    StockProcess(Path home, Path folder) {
        this.peer = new PeerProcess(home, "stock", "dev.floe.benchmarks.stock.StockPipeline");
        this.folder = folder;
    }

    boolean isBuilt() {
        return peer.isBuilt();
    }

    EndToEnd.Result run(String brokers, String topic, boolean upsert) throws IOException, InterruptedException {
        String mode = upsert ? "upsert" : "append";
        Path output = folder.resolve("stock-" + mode + ".log");
        Matcher line = LINE.matcher(peer.run(
                output, List.of(brokers, topic, folder.resolve("stock-" + mode).toString(), mode)));
        if (!line.find()) {
            throw new IOException("the stock pipeline failed; see " + output);
        }
        return new EndToEnd.Result(
                "stock " + mode,
                Long.parseLong(line.group(2)),
                Double.parseDouble(line.group(3)),
                Double.parseDouble(line.group(4)),
                Long.parseLong(line.group(5)));
    }
}
