package dev.floe.catalogserver.rpc;

import dev.floe.catalog.principal.ApiKeys;
import dev.floe.catalog.principal.Role;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.wire.v1.ApiKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Keys and roles as messages. */
final class KeyMessages {
    private KeyMessages() {}

    static ApiKey describe(ApiKeys.ApiKey key) {
        return ApiKey.newBuilder()
                .setId(key.id())
                .setTenant(key.tenant().value())
                .addAllRoles(toWire(key.roles()))
                .setLabel(key.label())
                .setCreatedAtMicros(TableMessages.micros(key.createdAt()))
                .setRevokedAtMicros(key.revokedAt().map(TableMessages::micros).orElse(0L))
                .build();
    }

    static List<dev.floe.wire.v1.Role> toWire(Set<Role> roles) {
        return new TreeSet<>(roles)
                .stream()
                        .map(role -> switch (role) {
                            case READER -> dev.floe.wire.v1.Role.READER;
                            case WRITER -> dev.floe.wire.v1.Role.WRITER;
                            case ADMIN -> dev.floe.wire.v1.Role.ADMIN;
                        })
                        .toList();
    }

    static Set<Role> fromWire(List<dev.floe.wire.v1.Role> wire) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (int i = 0; i < wire.size(); i++) {
            String path = "roles[" + i + "]";
            roles.add(
                    switch (wire.get(i)) {
                        case READER -> Role.READER;
                        case WRITER -> Role.WRITER;
                        case ADMIN -> Role.ADMIN;
                        case ROLE_UNSPECIFIED, UNRECOGNIZED ->
                            throw new FloeException(ErrorCode.INVALID_ARGUMENT, "the role is not known")
                                    .at(path)
                                    .advise("give READER, WRITER or ADMIN");
                    });
        }
        return roles;
    }
}
