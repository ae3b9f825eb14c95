package dev.floe.storage.run;

import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** Stands where parquet-java wants to assemble records; columns are read one by one instead. */
final class DiscardingConverter extends GroupConverter {
    private final List<Converter> children = new ArrayList<>();

    DiscardingConverter(GroupType group) {
        for (Type field : group.getFields()) {
            children.add(field.isPrimitive() ? new Leaf() : new DiscardingConverter(field.asGroupType()));
        }
    }

    @Override
    public Converter getConverter(int field) {
        return children.get(field);
    }

    @Override
    public void start() {}

    @Override
    public void end() {}

    private static final class Leaf extends PrimitiveConverter {}
}
