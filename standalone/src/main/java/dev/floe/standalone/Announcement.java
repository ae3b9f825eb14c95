package dev.floe.standalone;

import java.io.PrintWriter;

/** Says how to reach a running process. */
final class Announcement {
    private Announcement() {}

    static void print(Standalone standalone, boolean insecure, PrintWriter out) {
        String jdbc = "jdbc:avatica:remote:url=http://" + standalone.endpoints().jdbc()
                + ";serialization=protobuf"
                + (insecure ? "" : ";authentication=BASIC;avatica_user=any;avatica_password=KEY");
        out.println("  gRPC       " + standalone.endpoints().grpc());
        out.println("  JDBC       " + jdbc);
        out.println("  Flink UI   http://" + standalone.endpoints().flinkUi());
        String metrics = standalone.endpoints().metrics();
        if (!metrics.isEmpty()) {
            out.println("  metrics    http://" + metrics + "/metrics");
        }
        out.println("  admin key  " + (insecure ? "none is asked for" : "in " + standalone.adminKeyFile()));
        out.println("  log        " + standalone.dataFolder().resolve("logs/floe.log"));
        out.println("Try: ./floe sql --data-folder " + standalone.dataFolder() + " -e 'SELECT 1'   Stop: Ctrl-C");
        out.flush();
    }
}
