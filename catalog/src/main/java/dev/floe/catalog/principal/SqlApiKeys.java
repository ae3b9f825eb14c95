package dev.floe.catalog.principal;

import dev.floe.catalog.database.Database;
import dev.floe.catalog.database.Micros;
import dev.floe.catalog.database.Sql;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.name.TenantName;
import dev.floe.core.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * API keys in the catalog's database.
 *
 * <p>Id and secret are lower-case hex. A secret has 256 random bits, so a plain SHA-256 of it can't be guessed back.
 * An unknown id is answered after the same hash and comparison as a known one.
 */
public final class SqlApiKeys implements ApiKeys {
    private static final String PREFIX = "floe_";
    private static final int ID_BYTES = 8;
    private static final int SECRET_BYTES = 32;
    private static final int LABEL_CHARS_MAX = 200;
    private static final Pattern WHOLE_KEY =
            Pattern.compile(PREFIX + "([0-9a-f]{" + 2 * ID_BYTES + "})_([0-9a-f]{" + 2 * SECRET_BYTES + "})");
    private static final String COLUMNS = "id, tenant, roles, label, created_at, revoked_at";
    private static final String NO_SHA256 = "0".repeat(64);
    private static final HexFormat HEX = HexFormat.of();

    private final Database database;
    private final Clock clock;
    private final SecureRandom random;

    public SqlApiKeys(Database database, Clock clock, SecureRandom random) {
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public NewKey create(TenantName tenant, Set<Role> roles, String label) {
        check(roles, label);
        String id = randomHex(ID_BYTES);
        String secret = randomHex(SECRET_BYTES);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        database.transact(connection -> {
            SqlTenants.require(connection, tenant);
            return Sql.update(
                    connection,
                    "INSERT INTO api_keys (id, tenant, roles, label, secret_sha256, created_at)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    id,
                    tenant.value(),
                    new TreeSet<>(roles).stream().map(Role::name).collect(Collectors.joining(",")),
                    label,
                    sha256(secret),
                    Micros.of(now));
        });
        ApiKey key = new ApiKey(id, tenant, Set.copyOf(roles), label, now, Optional.empty());
        return new NewKey(key, new Secret(PREFIX + id + "_" + secret));
    }

    @Override
    public List<ApiKey> list(TenantName tenant) {
        return database.run(connection -> Sql.list(
                connection,
                SqlApiKeys::key,
                "SELECT " + COLUMNS + " FROM api_keys WHERE tenant = ? ORDER BY created_at, id",
                tenant.value()));
    }

    @Override
    public ApiKey revoke(TenantName tenant, String id) {
        return database.transact(connection -> {
            Sql.update(
                    connection,
                    "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND tenant = ? AND revoked_at IS NULL",
                    Micros.of(clock.instant()),
                    id,
                    tenant.value());
            return Sql.first(
                            connection,
                            SqlApiKeys::key,
                            "SELECT " + COLUMNS + " FROM api_keys WHERE id = ? AND tenant = ?",
                            id,
                            tenant.value())
                    .orElseThrow(() -> new FloeException(
                                    ErrorCode.KEY_NOT_FOUND, "the tenant " + tenant + " has no key with this id")
                            .advise("list the tenant's keys"));
        });
    }

    @Override
    public Optional<Principal> authenticate(String wholeKey) {
        Matcher parts = WHOLE_KEY.matcher(wholeKey);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String id = parts.group(1);
        String given = sha256(parts.group(2));
        Optional<Stored> stored = database.run(connection -> Sql.first(
                connection,
                row -> new Stored(key(row), row.getString(7)),
                "SELECT " + COLUMNS + ", secret_sha256 FROM api_keys WHERE id = ?",
                id));
        String expected = stored.map(Stored::secretSha256).orElse(NO_SHA256);
        boolean same = MessageDigest.isEqual(ascii(expected), ascii(given));
        return stored.map(Stored::key)
                .filter(key -> same && key.revokedAt().isEmpty())
                .map(key -> new Principal(key.tenant(), key.id(), key.roles()));
    }

    private record Stored(ApiKey key, String secretSha256) {}

    private static void check(Set<Role> roles, String label) {
        if (roles.isEmpty()) {
            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "a key needs at least one role")
                    .at("roles")
                    .advise("give it READER, WRITER or ADMIN");
        }
        if (label.length() > LABEL_CHARS_MAX || label.codePoints().anyMatch(Character::isISOControl)) {
            throw new FloeException(
                            ErrorCode.INVALID_ARGUMENT,
                            "a label has at most " + LABEL_CHARS_MAX + " characters and no control characters")
                    .at("label");
        }
    }

    private String randomHex(int byteCount) {
        byte[] bytes = new byte[byteCount];
        random.nextBytes(bytes);
        return HEX.formatHex(bytes);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String sha256(String secret) {
        try {
            return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(ascii(secret)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        long revokedAt = row.getLong(6);
        return new ApiKey(
                row.getString(1),
                new TenantName(row.getString(2)),
                Stream.of(row.getString(3).split(",")).map(Role::valueOf).collect(Collectors.toUnmodifiableSet()),
                row.getString(4),
                Micros.instant(row.getLong(5)),
                revokedAt == 0 ? Optional.empty() : Optional.of(Micros.instant(revokedAt)));
    }
}
