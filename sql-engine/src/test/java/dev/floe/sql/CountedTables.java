package dev.floe.sql;

import dev.floe.catalog.table.ColumnChange;
import dev.floe.catalog.table.TableDeclaration;
import dev.floe.catalog.table.TableDefinition;
import dev.floe.catalog.table.Tables;
import dev.floe.core.name.TableName;
import dev.floe.core.name.TenantName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.BaseTable;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.LocationProvider;
import org.apache.iceberg.io.OutputFile;

/** Tables that note which files are opened through them. */
record CountedTables(Tables tables, List<String> opened) implements Tables {
    CountedTables(Tables tables) {
        this(tables, new ArrayList<>());
    }

    /** Names of the files opened since this was asked last, by their end. */
    long opened(String end) {
        long count = opened.stream().filter(location -> location.endsWith(end)).count();
        opened.removeIf(location -> location.endsWith(end));
        return count;
    }

    @Override
    public Table iceberg(TableName name) {
        BaseTable table = (BaseTable) tables.iceberg(name);
        FileIO io = new CountedFiles(table.io(), opened);
        return new BaseTable(new CountedOperations(table.operations(), io), table.name());
    }

    @Override
    public TableDefinition create(TableDeclaration declaration) {
        return tables.create(declaration);
    }

    @Override
    public TableDefinition alter(TableName name, int expectedVersion, List<ColumnChange> changes) {
        return tables.alter(name, expectedVersion, changes);
    }

    @Override
    public Optional<TableDefinition> findNewest(TableName name) {
        return tables.findNewest(name);
    }

    @Override
    public Optional<TableDefinition> find(TableName name) {
        return tables.find(name);
    }

    @Override
    public Optional<TableDefinition> find(UUID tableId) {
        return tables.find(tableId);
    }

    @Override
    public List<TableDefinition> list(TenantName tenant) {
        return tables.list(tenant);
    }

    @Override
    public List<TableDefinition> listAll() {
        return tables.listAll();
    }

    @Override
    public boolean drop(TableName name) {
        return tables.drop(name);
    }

    @Override
    public Schema schemaAt(UUID tableId, int schemaVersion) {
        return tables.schemaAt(tableId, schemaVersion);
    }

    private record CountedFiles(FileIO files, List<String> opened) implements FileIO {
        @Override
        public InputFile newInputFile(String path) {
            opened.add(path);
            return files.newInputFile(path);
        }

        @Override
        public InputFile newInputFile(String path, long length) {
            opened.add(path);
            return files.newInputFile(path, length);
        }

        @Override
        public OutputFile newOutputFile(String path) {
            return files.newOutputFile(path);
        }

        @Override
        public void deleteFile(String path) {
            files.deleteFile(path);
        }
    }

    /** Operations of a table whose files are counted. */
    private record CountedOperations(TableOperations operations, FileIO io) implements TableOperations {
        @Override
        public TableMetadata current() {
            return operations.current();
        }

        @Override
        public TableMetadata refresh() {
            return operations.refresh();
        }

        @Override
        public void commit(TableMetadata base, TableMetadata metadata) {
            operations.commit(base, metadata);
        }

        @Override
        public String metadataFileLocation(String fileName) {
            return operations.metadataFileLocation(fileName);
        }

        @Override
        public LocationProvider locationProvider() {
            return operations.locationProvider();
        }
    }
}
