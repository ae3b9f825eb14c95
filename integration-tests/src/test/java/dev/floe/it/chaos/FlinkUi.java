package dev.floe.it.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.floe.it.StandaloneProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** What Flink's own interface says of the job ingest. */
record FlinkUi(String address) {
    static FlinkUi of(StandaloneProcess standalone) {
        return new FlinkUi(standalone.endpoint("flink-ui"));
    }

    /** F20: barriers that overtake entries would break the writers, so the job never has them. */
    void requireAlignedCheckpoints() throws IOException {
        JsonNode config = call("/jobs/" + ingest() + "/checkpoints/config");
        if (config.get("unaligned_checkpoints").asBoolean()
                || !config.get("mode").asText().equals("exactly_once")) {
            throw new IllegalStateException("the job's checkpoints are " + config);
        }
    }

    private String ingest() throws IOException {
        for (JsonNode job : call("/jobs/overview").get("jobs")) {
            if (job.get("name").asText().equals("ingest")) {
                return job.get("jid").asText();
            }
        }
        throw new IllegalStateException("there is no job ingest");
    }

    private JsonNode call(String path) throws IOException {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                    .build();
            String body = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();
            return new ObjectMapper().readTree(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
