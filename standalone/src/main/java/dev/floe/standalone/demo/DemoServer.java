package dev.floe.standalone.demo;

import java.io.PrintWriter;
import java.nio.file.Path;

/** The server that a demonstration runs against. */
public interface DemoServer extends AutoCloseable {
    /** Starts a server. */
    @FunctionalInterface
    interface Starter {
        DemoServer start(Path dataFolder);
    }

    /** host:port of gRPC. */
    String grpc();

    /** host:port of JDBC. */
    String jdbc();

    Path adminKeyFile();

    /** What happened so far, such as how long the start took. */
    String started();

    /** Says how to connect. */
    void announce(PrintWriter out);

    /** Returns when the process is told to stop. */
    void awaitStop() throws InterruptedException;

    @Override
    void close();
}
