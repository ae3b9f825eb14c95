package dev.floe.catalogserver.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.floe.auth.rpc.RpcErrors;
import dev.floe.wire.v1.CreateKeyRequest;
import dev.floe.wire.v1.CreateTableRequest;
import dev.floe.wire.v1.CreateTenantRequest;
import dev.floe.wire.v1.DataType;
import dev.floe.wire.v1.DescribeTableRequest;
import dev.floe.wire.v1.DropTableRequest;
import dev.floe.wire.v1.Error;
import dev.floe.wire.v1.Field;
import dev.floe.wire.v1.Primitive;
import dev.floe.wire.v1.TableSpec;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Requests of the tests, and the error that answers them. */
final class Requests {
    private Requests() {}

    static CreateTableRequest spec(String name) {
        TableSpec.Builder spec = TableSpec.newBuilder()
                .setName(name)
                .addColumns(field("origin", Primitive.STRING, true))
                .addColumns(field("seen", Primitive.TIMESTAMP, false))
                .addKey("origin");
        return CreateTableRequest.newBuilder().setSpec(spec).build();
    }

    static Field field(String name, Primitive type, boolean required) {
        return Field.newBuilder()
                .setName(name)
                .setType(DataType.newBuilder().setPrimitive(type))
                .setRequired(required)
                .build();
    }

    static DescribeTableRequest describe(String tenant, String table) {
        return DescribeTableRequest.newBuilder()
                .setTenant(tenant)
                .setTable(table)
                .build();
    }

    static DropTableRequest drop(String tenant, String table) {
        return DropTableRequest.newBuilder().setTenant(tenant).setTable(table).build();
    }

    static CreateTenantRequest tenant(String name) {
        return CreateTenantRequest.newBuilder().setName(name).build();
    }

    static CreateKeyRequest key(String label, dev.floe.wire.v1.Role role) {
        return CreateKeyRequest.newBuilder().setLabel(label).addRoles(role).build();
    }

    static Error assertError(String name, ThrowingCallable call) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure).isNotNull();
        Error error = Objects.requireNonNull(
                Objects.requireNonNull(failure.getTrailers()).get(RpcErrors.TRAILER));
        assertThat(error.getName()).isEqualTo(name);
        return error;
    }
}
