package dev.floe.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Statements over {@link MixedTables}, the same for the same seed. */
final class RandomQueries {
    private static final List<String> COLUMNS =
            List.of("id", "k", "s", "x", "dec", "ts", "tz", "day", "b", "u", "bin", "f", "tm", "late");
    private static final List<String> KEYS =
            List.of("k", "s", "day", "b", "u", "late", "FLOOR(ts TO DAY)", "EXTRACT(HOUR FROM ts)", "k + 1", "tm");
    private static final List<String> AGGREGATES = List.of(
            "COUNT(*)",
            "COUNT(s)",
            "COUNT(DISTINCT s)",
            "COUNT(DISTINCT late)",
            "SUM(k)",
            "SUM(dec)",
            "SUM(f)",
            "AVG(k)",
            "AVG(dec)",
            "AVG(f)",
            "MIN(ts)",
            "MAX(s)",
            "MIN(dec)",
            "MAX(day)",
            "MIN(tz)",
            "SUM(k) FILTER (WHERE b)",
            "MAX(id)",
            "SUM(dec * k)");
    private static final List<String> CONDITIONS = List.of(
            "k > 0",
            "k = 2",
            "k IN (1, 2, 3)",
            "k NOT IN (1, 2)",
            "s = 'it''s'",
            "s <> 'a'",
            "s >= 'a'",
            "s LIKE '%-%'",
            "s LIKE 'a_b'",
            "x > 0",
            "x < 7",
            "x = 7",
            "x <> 7",
            "x >= f",
            "x = x",
            "f <= 0.5",
            "dec BETWEEN -100 AND 250.5",
            "dec * 2 > 10",
            "ts < TIMESTAMP '1970-01-01 00:00:00'",
            "ts >= TIMESTAMP '1969-12-31 12:00:00.000001'",
            "ts + INTERVAL '1' DAY > TIMESTAMP '1970-01-02 00:00:00'",
            "CAST(ts AS DATE) = DATE '1970-01-01'",
            "tz > TIMESTAMP '1969-12-30 00:00:00'",
            "day BETWEEN DATE '1969-06-01' AND DATE '1970-06-01'",
            "day + INTERVAL '1' MONTH < DATE '1970-03-01'",
            "b",
            "NOT b",
            "b IS NOT TRUE",
            "u = UUID '00000000-0000-0001-0000-000000000000'",
            "late IS NULL",
            "late = 1",
            "EXTRACT(YEAR FROM day) = 1970",
            "tm < TIME '00:00:00.5'",
            "COALESCE(k, 0) = 0",
            "CASE WHEN b THEN k ELSE late END > 0",
            "CHAR_LENGTH(s) > 1",
            "CHAR_LENGTH(s) = 3",
            "SUBSTRING(s FROM 2) = 'a\uD83D\uDE00'",
            "SUBSTRING(s FROM 1 FOR 1) = 'a'",
            "UPPER(s) = 'A'",
            "k IS DISTINCT FROM late",
            "id < 100",
            "id = 17",
            "id IN (3, 17, 425, 470, 999)",
            "10 / k > 2",
            "MOD(id, 3) = 1");
    private static final List<String> VALUES = List.of(
            "k * 2",
            "k + late",
            "id - k",
            "-k",
            "10 / k",
            "MOD(k, 3)",
            "x / 2",
            "x * f",
            "x / 0e0",
            "dec + 1",
            "dec * dec",
            "dec / 3",
            "s || '!'",
            "CHAR_LENGTH(s)",
            "SUBSTRING(s FROM 2 FOR 1)",
            "SUBSTRING(s FROM k FOR 2)",
            "ts - INTERVAL '2' HOUR",
            "day - INTERVAL '3' DAY",
            "FLOOR(ts TO HOUR)",
            "CEIL(ts TO HOUR)",
            "FLOOR(day TO MONTH)",
            "EXTRACT(MONTH FROM tz)",
            "CAST(k AS VARCHAR)",
            "CAST(ts AS VARCHAR)",
            "CAST(k AS DOUBLE)",
            "CAST(k AS DECIMAL(12, 3))",
            "CAST(ts AS DATE)",
            "CAST(day AS TIMESTAMP)",
            "CASE WHEN k > 0 THEN s WHEN b THEN 'yes' END",
            "COALESCE(late, k)",
            "NULLIF(k, 1)",
            "k > late",
            "s LIKE 'a%'",
            "LOWER(s)",
            "9223372036854775807 - id",
            "id * 100000000000000000",
            "CAST(NULL AS INTEGER)");

    private final SplittableRandom random;

    RandomQueries(long seed) {
        this.random = new SplittableRandom(seed);
    }

    String next() {
        return switch (random.nextInt(7)) {
            case 0, 1 -> rows();
            case 2, 3 -> groups();
            case 4 -> joins();
            case 5 -> combined();
            default -> windows();
        };
    }

    private String rows() {
        List<String> columns = new ArrayList<>(List.of("id"));
        for (int i = random.nextInt(4); i >= 0; i--) {
            columns.add(random.nextInt(3) == 0 ? one(COLUMNS) : one(VALUES));
        }
        String sql = "SELECT " + String.join(", ", columns) + " FROM facts" + where();
        return switch (random.nextInt(4)) {
            case 0 -> sql + " ORDER BY " + order() + ", id LIMIT " + random.nextInt(20);
            case 1 -> sql + " ORDER BY " + order() + ", id LIMIT 7 OFFSET " + random.nextInt(5);
            case 2 -> "SELECT DISTINCT " + one(KEYS) + ", " + one(KEYS) + " FROM facts" + where();
            default -> sql;
        };
    }

    /** Of a column in whose order both engines agree. */
    private String order() {
        return one(List.of("k", "day", "ts", "x", "dec", "b", "late", "f", "bin"))
                + one(List.of("", " DESC", " NULLS FIRST", " DESC NULLS LAST"));
    }

    private String groups() {
        String key = one(KEYS);
        List<String> values = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            values.add(one(AGGREGATES));
        }
        String list = String.join(", ", values);
        return switch (random.nextInt(4)) {
            case 0 -> "SELECT " + list + " FROM facts" + where();
            case 1 ->
                "SELECT " + key + ", " + list + " FROM facts" + where() + " GROUP BY " + key + " HAVING COUNT(*) > 3";
            case 2 -> "SELECT k, s, " + list + " FROM facts" + where() + " GROUP BY GROUPING SETS ((k, s), (k), ())";
            default -> "SELECT " + key + ", " + list + " FROM facts" + where() + " GROUP BY " + key;
        };
    }

    private String joins() {
        return switch (random.nextInt(6)) {
            case 0 -> "SELECT label, COUNT(*), SUM(k) FROM facts JOIN dims ON s = code" + where() + " GROUP BY label";
            case 1 -> "SELECT id, label FROM facts LEFT JOIN dims ON s = code AND weight > 1" + where();
            case 2 -> "SELECT code, id FROM facts RIGHT JOIN dims ON s = code AND " + one(CONDITIONS);
            case 3 -> "SELECT id FROM facts WHERE s IN (SELECT code FROM dims WHERE weight > 2) AND " + one(CONDITIONS);
            case 4 ->
                "SELECT id FROM facts WHERE NOT EXISTS (SELECT 1 FROM dims WHERE code = s) AND " + one(CONDITIONS);
            default ->
                "SELECT a.id, b.id FROM facts a JOIN facts b ON a.k = b.late AND a.id < b.id" + " WHERE a.id < 40";
        };
    }

    private String combined() {
        String word = one(List.of("UNION ALL", "UNION", "INTERSECT", "EXCEPT"));
        String key = one(KEYS);
        return "SELECT " + key + " FROM facts" + where() + " " + word + " SELECT " + key + " FROM facts" + where();
    }

    private String windows() {
        String value = one(List.of(
                "ROW_NUMBER() OVER (PARTITION BY k ORDER BY id)",
                "RANK() OVER (PARTITION BY s ORDER BY k)",
                "SUM(k) OVER (PARTITION BY s ORDER BY id)",
                "SUM(dec) OVER (PARTITION BY k ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)",
                "COUNT(*) OVER (PARTITION BY day)",
                "MAX(ts) OVER (PARTITION BY k ORDER BY id DESC)",
                "AVG(k) OVER (PARTITION BY late)"));
        return "SELECT id, " + value + " FROM facts" + where();
    }

    private String where() {
        return switch (random.nextInt(4)) {
            case 0 -> "";
            case 1 -> " WHERE " + one(CONDITIONS);
            case 2 -> " WHERE " + one(CONDITIONS) + " AND " + one(CONDITIONS);
            default -> " WHERE (" + one(CONDITIONS) + " OR " + one(CONDITIONS) + ") AND NOT (" + one(CONDITIONS) + ")";
        };
    }

    private String one(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
