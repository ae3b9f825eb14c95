package dev.floe.core.fault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Named places on the durable path where a test has something go wrong; off unless asked for.
 *
 * <p>With {@code -Dfloe.fault.orders=FILE} a test writes one order into that file, whenever it likes:
 *
 * <pre>
 *   halt PLACE N          halts the JVM, as kill -9 would, the Nth time that the place is reached from then on
 *   throw PLACE N         throws there instead
 *   lose PLACE N DETAIL   loses what happens at the place the next N times
 * </pre>
 *
 * <p>A changed file is a new order. An order that came to be is in {@code FILE.done}.
 */
public final class FaultPoint {
    private static final int HALT_STATUS = 137;
    private static final @Nullable String ORDERS = System.getProperty("floe.fault.orders");
    private static Order current = new Order("");

    private FaultPoint() {}

    /** Marks a place; costs a field read where no fault is asked for. */
    public static void reached(String place) {
        if (ORDERS == null) {
            return;
        }
        Order order = current(ORDERS);
        if (!order.is("halt", place) && !order.is("throw", place)) {
            return;
        }
        if (order.reached.incrementAndGet() == order.times) {
            done(ORDERS, order);
            if (order.is("halt", place)) {
                Runtime.getRuntime().halt(HALT_STATUS);
            }
            throw new IllegalStateException("fault asked for at " + place);
        }
    }

    /** The detail of the order where what happens here is to be lost. */
    public static Optional<String> loss(String place) {
        if (ORDERS == null) {
            return Optional.empty();
        }
        Order order = current(ORDERS);
        if (!order.is("lose", place) || order.reached.incrementAndGet() > order.times) {
            return Optional.empty();
        }
        done(ORDERS, order);
        return Optional.of(order.detail);
    }

    private static synchronized Order current(String file) {
        try {
            String text = Files.readString(Path.of(file)).strip();
            if (!text.equals(current.text)) {
                current = new Order(text);
            }
        } catch (IOException e) {
            // there is none, or none any more
            current = new Order("");
        }
        return current;
    }

    private static void done(String file, Order order) {
        try {
            Files.writeString(Path.of(file + ".done"), order.text);
        } catch (IOException e) {
            throw new IllegalStateException("can't say that a fault came to be", e);
        }
    }

    private static final class Order {
        private final String text;
        private final String kind;
        private final String place;
        private final int times;
        private final String detail;
        private final AtomicInteger reached = new AtomicInteger();

        Order(String text) {
            String[] words = text.split(" ", 4);
            this.text = text;
            this.kind = words[0];
            this.place = words.length > 1 ? words[1] : "";
            this.times = words.length > 2 ? Integer.parseInt(words[2]) : 0;
            this.detail = words.length > 3 ? words[3] : "";
        }

        boolean is(String wanted, String where) {
            return kind.equals(wanted) && place.equals(where);
        }
    }
}
