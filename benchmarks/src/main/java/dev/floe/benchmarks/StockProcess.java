package dev.floe.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the stock pipeline in a process of its own and reads what it printed. */
final class StockProcess {
    private static final Pattern LINE =
            Pattern.compile("stock mode=(\\w+) rows=(\\d+) seconds=([\\d.]+) cpuSeconds=([\\d.]+) peakMemoryMb=(\\d+)");

    private final Path home;
    private final Path classPathFile;
    private final Path folder;

    StockProcess(Path home, Path classPathFile, Path folder) {
        this.home = home;
        this.classPathFile = classPathFile;
        this.folder = folder;
    }

    EndToEnd.Result run(String brokers, String topic, boolean upsert) throws IOException, InterruptedException {
        String mode = upsert ? "upsert" : "append";
        Path output = folder.resolve("stock-" + mode + ".log");
        String classPath = home.resolve("benchmarks/stock/target/classes") + ":" + Files.readString(classPathFile);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx4g",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "-cp",
                        classPath.trim(),
                        "dev.floe.benchmarks.stock.StockPipeline",
                        brokers,
                        topic,
                        folder.resolve("stock-" + mode).toString(),
                        mode)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.waitFor();
        Matcher line = LINE.matcher(Files.readString(output, StandardCharsets.UTF_8));
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
