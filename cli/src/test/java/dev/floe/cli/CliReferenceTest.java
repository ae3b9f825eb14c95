package dev.floe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

class CliReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "cli.md");
    private static final int COLUMNS = 100;

    @Test
    void theReferencePageIsCurrent() throws Exception {
        StringBuilder page = new StringBuilder("""
                # The floe command

                What each command prints with `--help`; `./floe standalone` and `./floe demo` tell of their own.
                """);
        append(
                FloeCli.commandLine(
                        Map.of(), new Surroundings(InputStream.nullInputStream(), Map.of(), Path.of(""), false)),
                page);

        if (Boolean.getBoolean("floe.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("write it anew with -Dfloe.docs.write=true")
                .content()
                .isEqualToNormalizingNewlines(page.toString());
    }

    @Test
    void noLineEndsWithinAPath() {
        assertThat(PAGE).content().doesNotContainPattern("(?m)[ /][./]$");
    }

    private static void append(CommandLine command, StringBuilder page) {
        command.setUsageHelpWidth(COLUMNS);
        page.append("\n## ").append(command.getCommandSpec().qualifiedName()).append("\n\n```\n");
        command.getUsageMessage(Ansi.OFF)
                .lines()
                .forEach(line -> page.append(line.stripTrailing()).append('\n'));
        page.append("```\n");
        command.getSubcommands().forEach((name, subcommand) -> {
            if (!name.equals("help")) {
                append(subcommand, page);
            }
        });
    }
}
