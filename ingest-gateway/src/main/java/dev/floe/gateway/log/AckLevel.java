package dev.floe.gateway.log;

import java.util.Locale;

/**
 * What an ack says of the brokers that keep an entry.
 *
 * <p>{@code BROKER}: every in-sync replica has it, in its page cache at least. It survives the death of any process;
 * a machine that loses power may lose it where no other replica has it. {@code FSYNC}: it is on their disks too.
 */
public enum AckLevel {
    BROKER,
    FSYNC;

    /** As in the settings. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
