package dev.floe.client.rpc;

import dev.floe.client.Ack;
import dev.floe.client.Token;

/** Turns an ack into its record. */
final class WireAcks {
    private WireAcks() {}

    static Ack ack(dev.floe.wire.v1.Ack ack) {
        return ack(ack, false);
    }

    static Ack ack(dev.floe.wire.v1.Ack ack, boolean alreadyExists) {
        return new Ack(
                ack.getRowsStored(),
                ack.getRowsRefused(),
                ack.getRowErrorsList().stream()
                        .map(error -> RemoteErrors.of(error, null))
                        .toList(),
                Token.of(ack.getToken().getValue().toByteArray()),
                ack.getSchemaVersion(),
                alreadyExists);
    }
}
