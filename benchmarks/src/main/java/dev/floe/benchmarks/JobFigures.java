package dev.floe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Metrics of the job as Flink's web UI has them; each is some seconds old. */
final class JobFigures {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");
    private static final Pattern SUM = Pattern.compile("\"sum\":([0-9.E+-]+)");
    private static final Pattern VALUE = Pattern.compile("\"value\":\"([^\"]+)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final String address;

    JobFigures(String address) {
        this.address = "http://" + address;
    }

    /** A metric of the operators of a name, summed over them and their subtasks; 0 where it is not there yet. */
    double sum(String operator, String metric) {
        double total = 0;
        for (String job : ids("/jobs")) {
            for (String vertex : ids("/jobs/" + job)) {
                String metrics = "/jobs/" + job + "/vertices/" + vertex + "/subtasks/metrics";
                for (String name : ids(metrics)) {
                    if (name.startsWith(operator) && name.endsWith("." + metric)) {
                        Matcher sum = SUM.matcher(text(metrics + "?get=" + name));
                        total += sum.find() ? Double.parseDouble(sum.group(1)) : 0;
                    }
                }
            }
        }
        return total;
    }

    /** Heap in use of the process that runs the job, in MB. */
    long heapMb() {
        Matcher value = VALUE.matcher(text("/jobmanager/metrics?get=Status.JVM.Memory.Heap.Used"));
        return value.find() ? Long.parseLong(value.group(1)) >> 20 : 0;
    }

    /** Each once: a metric is listed for every subtask that has it. */
    private Set<String> ids(String path) {
        Set<String> ids = new LinkedHashSet<>();
        Matcher matcher = ID.matcher(text(path));
        while (matcher.find()) {
            ids.add(matcher.group(1));
        }
        return ids;
    }

    private String text(String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(URI.create(address + path)).build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
