package dev.floe.client;

/** Condition of one service at its endpoint; {@code detail} says why it does not serve. */
public record ServiceHealth(String service, String endpoint, State state, String detail) {
    /** What an endpoint answers when asked for a service. */
    public enum State {
        SERVING,
        NOT_SERVING,
        /** The endpoint answers, but has no such service. */
        NOT_OFFERED,
        UNREACHABLE
    }
}
