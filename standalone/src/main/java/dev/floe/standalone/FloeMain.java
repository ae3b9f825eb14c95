package dev.floe.standalone;

import dev.floe.cli.FloeCli;
import dev.floe.standalone.demo.DemoCommand;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code floe} command. */
public final class FloeMain {
    private FloeMain() {}

    public static void main(String[] arguments) {
        Map<String, Object> servers = new LinkedHashMap<>();
        servers.put("standalone", new StandaloneCommand());
        servers.put("gateway", new GatewayCommand());
        servers.put("demo", new DemoCommand(StandaloneDemo::start));
        servers.put("doctor", new DoctorCommand());
        System.exit(FloeCli.commandLine(servers).execute(arguments));
    }
}
