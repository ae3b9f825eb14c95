package dev.floe.gateway.convert;

import dev.floe.storage.column.Validity;
import java.util.BitSet;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Slots of a column, or rows of a batch, that hold something wrong; the first fault of a slot stays. */
final class Faults {
    private final BitSet slots = new BitSet();
    private final NavigableMap<Integer, BadValue> bySlot = new TreeMap<>();

    boolean isEmpty() {
        return bySlot.isEmpty();
    }

    boolean has(int slot) {
        return slots.get(slot);
    }

    void add(int slot, BadValue fault) {
        if (!slots.get(slot)) {
            slots.set(slot);
            bySlot.put(slot, fault);
        }
    }

    int count() {
        return bySlot.size();
    }

    /** The first fault in a range of slots, or null. */
    @Nullable
    Integer first(int from, int to) {
        int next = slots.nextSetBit(from);
        return next < 0 || next >= to ? null : next;
    }

    /** The fault of a slot that has one. */
    BadValue of(int slot) {
        BadValue fault = bySlot.get(slot);
        if (fault == null) {
            throw new IllegalArgumentException("slot " + slot + " has no fault");
        }
        return fault;
    }

    /** All of them by slot, not to be written to. */
    NavigableMap<Integer, BadValue> bySlot() {
        return bySlot;
    }

    /** Blames each present slot of an outer column for the first of these within its range. */
    void blameRanges(Validity outer, int[] offsets, int slots, String name, Faults found) {
        if (isEmpty()) {
            return;
        }
        for (int slot = 0; slot < slots; slot++) {
            Integer part = outer.isPresent(slot) ? first(offsets[slot], offsets[slot + 1]) : null;
            if (part != null) {
                found.add(slot, of(part).within(name + "[" + (part - offsets[slot]) + "]"));
            }
        }
    }

    /** Takes the faults of a part over, blamed on it. */
    void addAll(Faults others, String part) {
        others.bySlot.forEach((slot, fault) -> add(slot, fault.within(part)));
    }
}
