package dev.floe.sqlgateway.jdbc;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.floe.auth.http.HttpAuthenticator;
import dev.floe.catalog.principal.Principal;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.sqlgateway.jdbc.AvaticaCalls.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** HTTP around the calls: who asks, how much is sent, how long that may take. */
final class JdbcHandler implements HttpHandler {
    // the driver reads an error from the body of a 500 alone, and tries a 503 again and again
    private static final int OK = 200;
    private static final int FAILED = 500;
    private static final int UNAUTHENTICATED = 401;
    private static final int NOT_ALLOWED = 405;
    private static final int TOO_LARGE = 413;

    /** A driver shows the status alone; this is for who asks the port by other means why. */
    private static final String LOGIN = "; Avatica's driver takes it from its URL:"
            + " authentication=BASIC;avatica_user=any;avatica_password=KEY, and not from user and password";

    /** What a driver that speaks JSON, Avatica's default, can read. */
    private static final ByteString JSON_ERROR = ByteString.copyFromUtf8(
            "{\"response\":\"error\",\"exceptions\":[],\"errorMessage\":\"UNSUPPORTED: this server speaks protobuf;"
                    + " add serialization=protobuf to the URL\",\"errorCode\":105,\"sqlState\":\"0A000\","
                    + "\"severity\":\"ERROR\"}");

    private final HttpAuthenticator authenticator;
    private final AvaticaCalls calls;
    private final JdbcSettings settings;
    private final ScheduledExecutorService timer;
    private volatile boolean stopping;
    // guarded by this
    private int running;

    JdbcHandler(
            HttpAuthenticator authenticator,
            AvaticaCalls calls,
            JdbcSettings settings,
            ScheduledExecutorService timer) {
        this.authenticator = authenticator;
        this.calls = calls;
        this.settings = settings;
        this.timer = timer;
    }

    /** Refuses what comes. */
    void stop() {
        stopping = true;
    }

    /** Returns once no call runs, at the latest after so many milliseconds. */
    synchronized void awaitIdle(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        try {
            long left = end - System.nanoTime();
            while (running > 0 && left > 0) {
                // one more than none, as wait(0) has no end
                wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
                left = end - System.nanoTime();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void count(int change) {
        running += change;
        notifyAll();
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        count(1);
        try {
            answer(exchange);
        } finally {
            count(-1);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                text(exchange, NOT_ALLOWED, "This port speaks JDBC: jdbc:avatica:remote:serialization=protobuf");
                return;
            }
            Principal principal;
            try {
                principal =
                        authenticator.authenticate(exchange.getRequestHeaders().getFirst("Authorization"));
            } catch (FloeException e) {
                refuse(exchange, e);
                return;
            }
            answer(exchange, principal);
        }
    }

    private void refuse(HttpExchange exchange, FloeException why) throws IOException {
        if (why.code() == ErrorCode.UNAUTHENTICATED) {
            exchange.getResponseHeaders().set("WWW-Authenticate", HttpAuthenticator.CHALLENGE);
            text(exchange, UNAUTHENTICATED, JdbcErrors.message(why) + LOGIN);
            return;
        }
        send(exchange, FAILED, calls.failure(why).body());
    }

    private void answer(HttpExchange exchange, Principal principal) throws IOException {
        byte[] body = body(exchange);
        if (body.length > settings.bodyBytesMax()) {
            String limit = settings.bodyBytesMax() + " bytes";
            FloeException why = new FloeException(ErrorCode.MESSAGE_TOO_LARGE, "the request has more than " + limit)
                    .advise("send less SQL text or smaller parameters, or raise jdbc.body-bytes-max");
            exchange.getResponseHeaders().set("Connection", "close");
            send(exchange, TOO_LARGE, calls.failure(why).body());
            return;
        }
        if (body.length > 0 && body[0] == '{') {
            exchange.getResponseHeaders().set("Content-Type", "application/json;charset=utf-8");
            send(exchange, FAILED, JSON_ERROR);
            return;
        }
        Answer answer = answer(principal, options(exchange.getRequestURI()), body);
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        send(exchange, answer.failed() ? FAILED : OK, answer.body());
    }

    private Answer answer(Principal principal, Map<String, String> options, byte[] body) {
        if (stopping) {
            return calls.failure(new FloeException(ErrorCode.SHUTTING_DOWN, "the server is stopping")
                    .advise("try again, on another server or once it is back"));
        }
        try {
            principal.require(Role.READER);
        } catch (FloeException e) {
            return calls.failure(e);
        }
        return calls.answer(principal, options, body);
    }

    /** What follows the question mark, as in {@code ?timestamps=millis}. */
    private static Map<String, String> options(URI uri) {
        Map<String, String> options = new HashMap<>();
        String query = uri.getQuery();
        for (String option : query == null ? new String[0] : query.split("&")) {
            int equals = option.indexOf('=');
            if (equals > 0) {
                options.put(option.substring(0, equals), option.substring(equals + 1));
            }
        }
        return options;
    }

    /** At most one byte more than allowed; a client that sends too slowly is cut off. */
    private byte[] body(HttpExchange exchange) throws IOException {
        long millis = settings.bodyTimeMax().toMillis();
        ScheduledFuture<?> cutOff = timer.schedule(exchange::close, millis, TimeUnit.MILLISECONDS);
        try (InputStream in = exchange.getRequestBody()) {
            return in.readNBytes(settings.bodyBytesMax() + 1);
        } finally {
            cutOff.cancel(false);
        }
    }

    private static void text(HttpExchange exchange, int status, String text) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/plain;charset=utf-8");
        send(exchange, status, ByteString.copyFromUtf8(text));
    }

    private static void send(HttpExchange exchange, int status, ByteString body) throws IOException {
        exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.size());
        body.writeTo(exchange.getResponseBody());
    }
}
