package dev.floe.cli.ingest;

import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** One physical value of a Parquet file, wherever it stands. */
interface Cell {
    boolean bool();

    int int32();

    long int64();

    float float32();

    double float64();

    Binary binary();

    /** The value that a column's reader stands on. */
    record OfColumn(ColumnReader reader) implements Cell {
        @Override
        public boolean bool() {
            return reader.getBoolean();
        }

        @Override
        public int int32() {
            return reader.getInteger();
        }

        @Override
        public long int64() {
            return reader.getLong();
        }

        @Override
        public float float32() {
            return reader.getFloat();
        }

        @Override
        public double float64() {
            return reader.getDouble();
        }

        @Override
        public Binary binary() {
            return reader.getBinary();
        }
    }

    /** A value of an assembled record. */
    record OfGroup(Group group, int field, int index) implements Cell {
        @Override
        public boolean bool() {
            return group.getBoolean(field, index);
        }

        @Override
        public int int32() {
            return group.getInteger(field, index);
        }

        @Override
        public long int64() {
            return group.getLong(field, index);
        }

        @Override
        public float float32() {
            return group.getFloat(field, index);
        }

        @Override
        public double float64() {
            return group.getDouble(field, index);
        }

        /** Of INT96 too, which a group keeps apart. */
        @Override
        public Binary binary() {
            return group.getType()
                            .getType(field)
                            .asPrimitiveType()
                            .getPrimitiveTypeName()
                            .equals(PrimitiveTypeName.INT96)
                    ? group.getInt96(field, index)
                    : group.getBinary(field, index);
        }
    }
}
