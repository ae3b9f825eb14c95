package dev.floe.sqlgateway.flight;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.floe.core.error.ErrorCode;
import dev.floe.core.error.FloeException;
import dev.floe.core.error.ShownText;
import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.jspecify.annotations.Nullable;

/** Flight SQL's messages out of the bytes of descriptors, tickets and actions. */
final class FlightCommands {
    private static final String TYPES = "type.googleapis.com/";
    private static final List<Message> KNOWN = List.of(
            FlightSql.CommandStatementQuery.getDefaultInstance(),
            FlightSql.CommandPreparedStatementQuery.getDefaultInstance(),
            FlightSql.CommandStatementUpdate.getDefaultInstance(),
            FlightSql.CommandPreparedStatementUpdate.getDefaultInstance(),
            FlightSql.CommandStatementSubstraitPlan.getDefaultInstance(),
            FlightSql.CommandStatementIngest.getDefaultInstance(),
            FlightSql.TicketStatementQuery.getDefaultInstance(),
            FlightSql.CommandGetCatalogs.getDefaultInstance(),
            FlightSql.CommandGetDbSchemas.getDefaultInstance(),
            FlightSql.CommandGetTables.getDefaultInstance(),
            FlightSql.CommandGetTableTypes.getDefaultInstance(),
            FlightSql.CommandGetPrimaryKeys.getDefaultInstance(),
            FlightSql.CommandGetImportedKeys.getDefaultInstance(),
            FlightSql.CommandGetExportedKeys.getDefaultInstance(),
            FlightSql.CommandGetCrossReference.getDefaultInstance(),
            FlightSql.CommandGetSqlInfo.getDefaultInstance(),
            FlightSql.CommandGetXdbcTypeInfo.getDefaultInstance());

    private FlightCommands() {}

    /** The command of a descriptor or ticket; throws INVALID_ARGUMENT. */
    static Message command(ByteString bytes) {
        Any any = any(bytes);
        for (Message known : KNOWN) {
            if (any.getTypeUrl().equals(TYPES + known.getDescriptorForType().getFullName())) {
                return unpack(any, known);
            }
        }
        throw new FloeException(
                        ErrorCode.INVALID_ARGUMENT, ShownText.of(any.getTypeUrl()) + " is no command of Flight SQL")
                .advise("send a command of Flight SQL, packed into google.protobuf.Any");
    }

    /** The body of an action, of the one type that it has. */
    static <T extends Message> T body(ByteString bytes, T type) {
        Any any = any(bytes);
        if (!any.getTypeUrl().equals(TYPES + type.getDescriptorForType().getFullName())) {
            throw damaged(null);
        }
        @SuppressWarnings("unchecked") // a message's parser makes its own class
        T body = (T) unpack(any, type);
        return body;
    }

    static ByteString packed(Message message) {
        return Any.pack(message).toByteString();
    }

    private static Any any(ByteString bytes) {
        try {
            return Any.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw damaged(e);
        }
    }

    private static Message unpack(Any any, Message type) {
        try {
            return type.getParserForType().parseFrom(any.getValue());
        } catch (InvalidProtocolBufferException e) {
            throw damaged(e);
        }
    }

    private static FloeException damaged(@Nullable Exception cause) {
        return new FloeException(ErrorCode.INVALID_ARGUMENT, "the request is no message of Flight SQL", cause)
                .advise("send a message of Flight SQL, packed into google.protobuf.Any");
    }
}
