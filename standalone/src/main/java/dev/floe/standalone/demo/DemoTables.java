package dev.floe.standalone.demo;

/** Declarations of the demonstration's tables. */
final class DemoTables {
    static final String FLIGHTS = """
            table: flights
            mode: append
            columns:
              - {name: date, type: timestamp, required: true}
              - {name: delay, type: long}
              - {name: distance, type: long}
              - {name: origin, type: string, required: true}
              - {name: destination, type: string, required: true}
            """;

    /** The latest flight of each route. */
    static final String ROUTES = """
            table: routes
            mode: upsert
            key: [origin, destination]
            columns:
              - {name: origin, type: string, required: true}
              - {name: destination, type: string, required: true}
              - {name: date, type: timestamp, required: true}
              - {name: delay, type: long}
              - {name: distance, type: long}
            """;

    private DemoTables() {}
}
