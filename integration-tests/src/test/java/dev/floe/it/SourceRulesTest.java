package dev.floe.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** House rules that a reader of the sources can check. */
class SourceRulesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final int LINES_MAX = 400;
    private static final int COLUMNS_MAX = 120;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
    private static final Pattern VAGUE_TYPE = Pattern.compile(
            "\\b(class|interface|record|enum) (\\w*(Impl|Util|Utils|Helper|Manager)|Abstract\\w+|Base\\w+)\\b");
    private static final Pattern VAGUE_PACKAGE = Pattern.compile("package .*\\.(util|common|impl|helper|manager)[.;]");
    private static final Pattern SLEEP = Pattern.compile("Thread\\.sleep\\(");

    @Test
    void filesAndLinesStaySmall() {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            List<String> lines = lines(file);
            if (lines.size() > LINES_MAX) {
                found.add(file + " has " + lines.size() + " lines");
            }
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).length() > COLUMNS_MAX) {
                    found.add(file + ":" + (i + 1) + " is " + lines.get(i).length() + " wide");
                }
            }
        }
        assertThat(found).isEmpty();
    }

    @Test
    void nothingIsLeftUnfinished() {
        assertThat(matching(UNFINISHED)).isEmpty();
    }

    @Test
    void namesSayWhatThingsAre() {
        List<String> found = matching(VAGUE_TYPE);
        found.addAll(matching(VAGUE_PACKAGE));
        assertThat(found).isEmpty();
    }

    @Test
    void nothingSleeps() {
        assertThat(matching(SLEEP)).isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<Path> folders = sources().stream().map(Path::getParent).distinct().toList();
        assertThat(folders).allSatisfy(folder -> {
            Path main = Path.of(folder.toString().replace("src/test/java", "src/main/java"));
            assertThat(Stream.of(folder, main).map(f -> f.resolve("package-info.java")))
                    .as("a @NullMarked package-info.java in %s", folder)
                    .anySatisfy(info -> assertThat(info).content().contains("@NullMarked"));
        });
    }

    private static List<String> matching(Pattern rule) {
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            if (file.endsWith("SourceRulesTest.java")) {
                continue;
            }
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (rule.matcher(lines.get(i)).find()) {
                    found.add(file + ":" + (i + 1) + " " + lines.get(i).strip());
                }
            }
        }
        return found;
    }

    private static List<Path> sources() {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
