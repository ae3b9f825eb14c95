package dev.floe.core.error;

/** What a caller can do about an error; each kind maps once to a gRPC status, a SQLSTATE and an exit code. */
public enum ErrorKind {
    /** The request can't succeed as it is. */
    INVALID,
    /** No such identity, or it may not. */
    DENIED,
    /** Try again, after the hint where there is one. */
    UNAVAILABLE,
    /** It may or may not have happened: look before trying again. */
    UNKNOWN_OUTCOME,
    /** A defect of Floe; callers see only a correlation id. */
    INTERNAL
}
