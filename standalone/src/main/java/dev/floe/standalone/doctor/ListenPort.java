package dev.floe.standalone.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** A port that a server would listen on, by the setting that names it; port 0 is any. */
public record ListenPort(String setting, String address, int port) {

    Finding examine() {
        InetSocketAddress wanted = new InetSocketAddress(address, port);
        if (wanted.isUnresolved()) {
            return Finding.ill(setting, "no such host " + address, "set it to an address of this machine");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(wanted);
            return Finding.well(setting, port == 0 ? "any free port" : port + " is free");
        } catch (IOException e) {
            String holder = PortHolder.of(port).map(name -> ", " + name).orElse("");
            return Finding.ill(
                    setting,
                    port + " can't be listened on: " + e.getMessage() + holder,
                    "stop what listens there, or --set " + setting + "=… (0 picks a free one)");
        }
    }
}
