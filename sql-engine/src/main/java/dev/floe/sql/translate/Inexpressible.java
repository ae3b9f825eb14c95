package dev.floe.sql.translate;

import java.io.Serial;

/** Something in a plan has no equal in DuckDB's SQL; caught where plans are cut, never seen by users. */
public final class Inexpressible extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    Inexpressible(String what) {
        super(what, null, false, false);
    }
}
