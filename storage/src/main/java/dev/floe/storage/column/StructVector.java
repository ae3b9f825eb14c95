package dev.floe.storage.column;

import java.util.List;

/** Vector of structs: its children, by field id, are as long as itself. */
public final class StructVector implements Vector {
    private final List<Integer> fieldIds;
    private final List<Vector> children;
    private final int size;
    private final Validity validity;

    public StructVector(List<Integer> fieldIds, List<Vector> children, int size, Validity validity) {
        this.fieldIds = List.copyOf(fieldIds);
        this.children = List.copyOf(children);
        this.size = size;
        this.validity = validity;
    }

    public List<Integer> fieldIds() {
        return fieldIds;
    }

    public List<Vector> children() {
        return children;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Validity validity() {
        return validity;
    }
}
