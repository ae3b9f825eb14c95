package dev.floe.catalog.table;

import dev.floe.core.error.FloeException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.transforms.Transforms;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;

/**
 * Partition specs from text: {@code country}, {@code day(ts)}, {@code bucket(16, id)}, {@code truncate(4, zip)}.
 *
 * <p>A text that is exactly a column's name means that column. Where the key is one column that Iceberg can hash, the
 * spec ends with {@code bucket[buckets](key)}: rows of a partition share Floe's bucket, and other engines prune by it.
 */
final class Partitioning {
    private static final int FIELDS_MAX = 8;
    private static final int TRUNCATE_MAX = 1_000_000;
    private static final int BUCKET_MAX = 1_024;
    private static final Pattern CALL = Pattern.compile("\\s*([A-Za-z]+)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);
    private static final Pattern WITH_NUMBER = Pattern.compile("\\s*([0-9]{1,9})\\s*,(.*)", Pattern.DOTALL);
    private static final String FORMS =
            "write a column's name, or identity, year, month, day or hour (column), bucket(n, column),"
                    + " truncate(n, column)";

    private final Schema schema;
    private final PartitionSpec.Builder spec;
    private final Set<String> targets = new HashSet<>();

    private Partitioning(Schema schema) {
        this.schema = schema;
        this.spec = PartitionSpec.builderFor(schema);
    }

    /** Throws INVALID_TABLE at {@code partition-by[i]}. */
    static PartitionSpec of(Schema schema, TableDeclaration declaration) {
        List<String> texts = declaration.partitionBy();
        if (texts.size() > FIELDS_MAX) {
            throw TableRules.invalid("a table is partitioned by at most " + FIELDS_MAX + " fields, not " + texts.size())
                    .at("partition-by");
        }
        Partitioning partitioning = new Partitioning(schema);
        for (int i = 0; i < texts.size(); i++) {
            String path = "partition-by[" + i + "]";
            try {
                partitioning.add(texts.get(i));
            } catch (FloeException e) {
                throw e.at(path);
            } catch (ValidationException | IllegalArgumentException e) { // Iceberg's own checks of a spec
                throw TableRules.invalid("'" + TableRules.shown(texts.get(i)) + "' won't do: " + e.getMessage())
                        .at(path);
            }
        }
        partitioning.addKeyBucket(declaration);
        return partitioning.build();
    }

    /** The texts with the names that their columns have in a later schema. */
    static List<String> renamed(List<String> texts, Schema before, Schema after) {
        return texts.stream().map(text -> renamed(text, before, after)).toList();
    }

    private static String renamed(String text, Schema before, Schema after) {
        Types.NestedField whole = before.asStruct().field(text);
        if (whole != null) {
            return after.findColumnName(whole.fieldId());
        }
        Matcher call = CALL.matcher(text);
        if (!call.matches()) {
            throw new IllegalStateException("the catalog holds a partitioning it would not take: " + text);
        }
        String transform = call.group(1);
        Matcher numbered = WITH_NUMBER.matcher(call.group(2));
        boolean hasNumber = (transform.equals("bucket") || transform.equals("truncate")) && numbered.matches();
        String column = (hasNumber ? numbered.group(2) : call.group(2)).strip();
        String now = after.findColumnName(before.asStruct().field(column).fieldId());
        return transform + "(" + (hasNumber ? numbered.group(1) + ", " : "") + now + ")";
    }

    private void add(String text) {
        if (column(text).isPresent()) {
            addTransform("identity", text, 0);
            return;
        }
        Matcher call = CALL.matcher(text);
        if (!call.matches()) {
            throw TableRules.invalid("'" + TableRules.shown(text) + "' is no column of the table and no transform")
                    .advise(FORMS);
        }
        String transform = call.group(1);
        String argument = call.group(2);
        if (!transform.equals("bucket") && !transform.equals("truncate")) {
            addTransform(transform, argument.strip(), 0);
            return;
        }
        Matcher numbered = WITH_NUMBER.matcher(argument);
        if (!numbered.matches()) {
            throw TableRules.invalid("'" + TableRules.shown(text) + "' lacks the number")
                    .advise(FORMS);
        }
        addTransform(transform, numbered.group(2).strip(), Integer.parseInt(numbered.group(1)));
    }

    private void addTransform(String transform, String name, int number) {
        Type type = column(name)
                .orElseThrow(() -> TableRules.invalid("'" + TableRules.shown(name) + "' is no column of the table")
                        .advise("name columns as they are declared; nested fields can't partition a table"))
                .type();
        if (type.isNestedType()) {
            throw TableRules.invalid("a list, map or struct can't partition a table");
        }
        switch (transform) {
            case "identity" -> spec.identity(name, targetName(name, name));
            case "year" -> spec.year(name, targetName(name + "_year", name));
            case "month" -> spec.month(name, targetName(name + "_month", name));
            case "day" -> spec.day(name, targetName(name + "_day", name));
            case "hour" -> spec.hour(name, targetName(name + "_hour", name));
            case "bucket" -> spec.bucket(name, within(number, BUCKET_MAX), targetName(name + "_bucket", name));
            case "truncate" -> spec.truncate(name, within(number, TRUNCATE_MAX), targetName(name + "_trunc", name));
            default ->
                throw TableRules.invalid("there is no transform '" + TableRules.shown(transform) + "'")
                        .advise(FORMS);
        }
    }

    private void addKeyBucket(TableDeclaration declaration) {
        if (declaration.key().size() != 1) {
            return;
        }
        String key = declaration.key().get(0);
        Type type = column(key).orElseThrow().type();
        int buckets = TableRules.bucketsOf(declaration);
        if (Transforms.bucket(buckets).canTransform(type)) {
            spec.bucket(key, buckets, targetName(key + "_bucket", key));
        }
    }

    private PartitionSpec build() {
        try {
            return spec.build();
        } catch (ValidationException | IllegalArgumentException e) {
            throw TableRules.invalid("the partitioning won't do: " + e.getMessage())
                    .at("partition-by");
        }
    }

    private Optional<Types.NestedField> column(String name) {
        return schema.columns().stream()
                .filter(column -> column.name().equals(name))
                .findFirst();
    }

    /** The wanted name of a partition field, made free of columns' and other partition fields' names. */
    private String targetName(String wanted, String source) {
        String name = wanted;
        while (targets.contains(name) || (!name.equals(source) && schema.findField(name) != null)) {
            name = name + "_";
        }
        targets.add(name);
        return name;
    }

    private static int within(int number, int max) {
        if (number < 1 || number > max) {
            throw TableRules.invalid(number + " won't do: a number from 1 to " + max);
        }
        return number;
    }
}
