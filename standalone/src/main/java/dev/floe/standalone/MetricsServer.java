package dev.floe.standalone;

import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.lifecycle.Component;
import dev.floe.core.lifecycle.Health;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.BindException;
import org.jspecify.annotations.Nullable;

/**
 * Metrics over HTTP, in the forms that Prometheus reads.
 *
 * <p>It asks for no key and names the tables of all tenants: whoever reaches its address has to be an operator.
 */
final class MetricsServer implements Component {
    private final MetricsSettings settings;
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private @Nullable HTTPServer server;

    MetricsServer(MetricsSettings settings, MultiCollector metrics) {
        this.settings = settings;
        registry.register(metrics);
    }

    @Override
    public String name() {
        return "metrics";
    }

    @Override
    public synchronized void start() {
        if (settings.port().isEmpty()) {
            return;
        }
        try {
            server = HTTPServer.builder()
                    .hostname(settings.address())
                    .port(settings.port().get())
                    .registry(registry)
                    .buildAndStart();
        } catch (IOException | RuntimeException e) {
            throw portError(e);
        }
    }

    /** Where it serves, as host:port, also where port 0 was asked for; empty where it doesn't. */
    synchronized String endpoint() {
        HTTPServer bound = server;
        return bound == null ? "" : settings.address() + ":" + bound.getPort();
    }

    @Override
    public synchronized Health health() {
        return server != null || settings.port().isEmpty() ? Health.OK : Health.down("not serving");
    }

    @Override
    public synchronized void close() {
        HTTPServer bound = server;
        server = null;
        if (bound != null) {
            bound.close();
        }
    }

    private FloeException portError(Exception e) {
        String address = settings.address() + ":" + settings.port().orElse(0);
        if (e instanceof BindException) {
            return new FloeException(ErrorCode.PORT_IN_USE, "can't serve metrics on " + address + ": " + e, e)
                    .advise("stop what listens there, or set metrics.port (off serves none)");
        }
        return new FloeException(ErrorCode.INVALID_SETTINGS, "can't serve metrics on " + address + ": " + e, e);
    }
}
