package dev.floe.standalone;

import dev.floe.core.error.FloeException;
import dev.floe.core.settings.Settings;
import dev.floe.standalone.doctor.Doctor;
import dev.floe.standalone.doctor.Finding;
import dev.floe.standalone.doctor.ListenPort;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code floe doctor}: would a server start here? */
@Command(
        name = "doctor",
        description = "Looks for what would keep floe standalone from starting or running well, and says what to do.",
        mixinStandardHelpOptions = true,
        footer = {"", "Exit codes: 0 all is well, 1 something is not."})
@SuppressWarnings("NullAway.Init") // picocli sets the fields
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private SettingsOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<Finding> findings = new ArrayList<>();
        StandaloneSettings settings = settings(findings);
        findings.addAll(new Doctor(subject(options.dataFolder(), settings)).examine());
        PrintWriter out = spec.commandLine().getOut();
        for (Finding finding : findings) {
            out.printf(
                    Locale.ROOT, "%-5s %-14s %s%n", finding.well() ? "ok" : "WRONG", finding.what(), finding.found());
            if (!finding.well()) {
                out.printf(Locale.ROOT, "%-20s do: %s%n", "", finding.advice());
            }
        }
        long wrong = findings.stream().filter(finding -> !finding.well()).count();
        out.println(wrong == 0 ? "floe: all is well" : "floe: " + wrong + " of " + findings.size() + " are wrong");
        out.flush();
        return wrong == 0 ? 0 : 1;
    }

    /** The settings given, or the defaults where those given are wrong, which is a finding too. */
    private StandaloneSettings settings(List<Finding> findings) {
        try {
            StandaloneSettings settings = StandaloneSettings.read(options.settings(), options.dataFolder());
            findings.add(Finding.well("settings", "understood"));
            return settings;
        } catch (FloeException e) {
            String advice = e.action().isEmpty() ? "correct them; docs/settings.md lists all" : e.action();
            findings.add(Finding.ill("settings", e.message(), advice));
            return StandaloneSettings.read(Settings.of(Map.of()), options.dataFolder());
        }
    }

    private static Doctor.Subject subject(Path dataFolder, StandaloneSettings settings) {
        List<ListenPort> ports = new ArrayList<>();
        ports.add(new ListenPort(
                "grpc.port", settings.grpc().bindAddress(), settings.grpc().port()));
        ports.add(new ListenPort(
                "jdbc.port", settings.jdbc().address(), settings.jdbc().port()));
        ports.add(new ListenPort("flink.ui-port", "localhost", settings.flink().uiPort()));
        settings.metrics()
                .port()
                .ifPresent(port -> ports.add(
                        new ListenPort("metrics.port", settings.metrics().address(), port)));
        if (settings.hasEmbeddedBroker()) {
            ports.add(
                    new ListenPort("broker.port", "localhost", settings.broker().port()));
        }
        return new Doctor.Subject(
                dataFolder,
                DataFolder::examine,
                settings.gateway().diskFreeBytesMin(),
                settings.hasEmbeddedBroker() ? settings.broker().heapBytes() : 0,
                ports,
                Clock.systemUTC());
    }
}
