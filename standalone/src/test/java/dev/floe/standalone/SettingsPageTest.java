package dev.floe.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.floe.core.settings.Settings;
import dev.floe.core.settings.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/settings.md lists every setting as the code has it; {@code -Dfloe.write-docs=true} writes it anew. */
class SettingsPageTest {
    private static final Path PAGE = Path.of("../docs/settings.md");

    @Test
    void settingsPageIsWhatTheCodeReads() throws IOException {
        String page = page();
        if (Boolean.getBoolean("floe.write-docs")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
                # Settings

                One YAML file (`--config`), each key overridable by an environment variable and by `--set key=value`;
                the last one wins. In the file a dot may be a nesting: `grpc: {port: 7070}`. Sizes take B, KB, MB, GB;
                times ms, s, m, h, d. Unknown keys and bad values are refused at the start, all at once.

                | key | variable | default | what it is |
                |---|---|---|---|
                """);
        for (SettingsReader.Key key : StandaloneSettings.reference(Path.of("DATA_FOLDER"))) {
            page.append("| `")
                    .append(key.name())
                    .append("` | `")
                    .append(Settings.variableOf(key.name()))
                    .append("` | ")
                    .append(key.defaultValue().isEmpty() ? "" : "`" + key.defaultValue() + "`")
                    .append(" | ")
                    .append(key.doc())
                    .append(" |\n");
        }
        return page.toString();
    }
}
