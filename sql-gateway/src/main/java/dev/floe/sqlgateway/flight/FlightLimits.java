package dev.floe.sqlgateway.flight;

import java.time.Duration;

/**
 * What clients may leave with the server between calls.
 *
 * <p>A prepared statement that is not used for {@code idleMax} goes.
 */
record FlightLimits(
        int statementsPerKeyMax,
        int statementsPerTenantMax,
        Duration idleMax,
        long parameterBytesMax,
        long tenantParameterBytesMax) {
    static final FlightLimits DEFAULT = new FlightLimits(256, 1_024, Duration.ofMinutes(30), 64L << 20, 16L << 20);
}
