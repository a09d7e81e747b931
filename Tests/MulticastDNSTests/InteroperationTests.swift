#if os(Linux)
import Foundation
import NamespaceTestSupport
import Subprocess
import Testing

/// Other software on the same network and on the same machine.
@Suite(.serialized, .withNamespaces, .timeLimit(.minutes(2)))
struct InteroperationTests {
    /// A Python that has the package zeroconf: `MDNS_TEST_PYTHON`, or `python3`.
    private static let python = ProcessInfo.processInfo.environment["MDNS_TEST_PYTHON"] ?? "python3"

    private static func hasZeroconf() async -> Bool {
        let isThere = await Tool.works(python, ["-c", "import zeroconf"])
        if !isThere {
            say("zeroconf is not tested: \(python) does not have it (MDNS_TEST_PYTHON may name one that does)")
        }
        return isThere
    }

    private static func hasAvahi() async -> Bool {
        for tool in ["avahi-daemon", "avahi-browse", "avahi-publish", "dbus-daemon"] {
            guard await Tool.works("sh", ["-c", "command -v \(tool)"]) else {
                say("Avahi is not tested: there is no \(tool)")
                return false
            }
        }
        return true
    }

    private static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    private static let script = """
        import socket, sys
        from zeroconf import ServiceBrowser, ServiceInfo, Zeroconf

        class Listener:
            def show(self, word, zeroconf, kind, name):
                info = zeroconf.get_service_info(kind, name)
                if info:
                    text = ",".join(f"{k.decode()}={(v or b'').decode()}" for k, v in info.properties.items())
                    print(word, name, info.port, info.server, ",".join(info.parsed_addresses()), text, sep="|", flush=True)
            def add_service(self, *words): self.show("added", *words)
            def update_service(self, *words): self.show("updated", *words)
            def remove_service(self, zeroconf, kind, name): print("removed", name, sep="|", flush=True)

        kind = "_local-swarm._tcp.local."
        zeroconf = Zeroconf()
        info = ServiceInfo(kind, "zc ü." + kind, addresses=[socket.inet_aton("10.78.0.2")], port=4712,
            properties={"v": "1", "flag": None}, server="zc-box.local.")
        zeroconf.register_service(info)
        browser = ServiceBrowser(zeroconf, kind, Listener())
        sys.stdin.read()
        zeroconf.unregister_service(info)
        zeroconf.close()
        """

    @Test(.enabled("zeroconf is not there") { await hasZeroconf() })
    func zeroconfFindsUsAndWeFindIt() async throws {
        try await Namespaces.with(2) { network in
            let ours = try Probe.words("--host", "box-1", "--name", "Küche 1.0", "--port", "4711", "--text", "v=1")
            try await Running.program(ours, in: network.name(1)) { probe in
                try await Running.program([Self.python, "-c", Self.script], in: network.name(2)) { other in
                    let seen = try await other.line { $0.hasPrefix("added|Küche 1.0._local-swarm._tcp.local.|4711|") }
                    #expect(seen.contains("|box-1.local.|10.78.0.1") && seen.hasSuffix("v=1"))
                    let found = try await probe.line { $0.hasPrefix("added|zc ü|zc-box.local|4712|10.78.0.2|") }
                    #expect(found.contains("v=1") && found.contains("flag"))
                    try await probe.say("text v=2")
                    _ = try await other.line { $0.hasPrefix("updated|Küche 1.0.") && $0.hasSuffix("v=2") }
                    try await probe.say("quit")
                    _ = try await other.line { $0 == "removed|Küche 1.0._local-swarm._tcp.local." }
                }
            }
        }
    }

    @Test(.enabled("zeroconf is not there") { await hasZeroconf() })
    func theGoodbyeOfZeroconfIsHeard() async throws {
        try await Namespaces.with(2) { network in
            try await Running.program(try Probe.words(), in: network.name(1)) { probe in
                try await Running.program([Self.python, "-c", Self.script], in: network.name(2)) { _ in
                    _ = try await probe.line { $0.hasPrefix("added|zc ü|") }
                }
                _ = try await probe.line { $0.hasPrefix("removed|zc ü|") }
            }
        }
    }

    /// Avahi with a message bus of its own, on the machine that our node is on, and a second machine that looks on.
    @Test(.enabled("Avahi is not there") { await hasAvahi() })
    func avahiOnTheSameMachineFindsUsAndWeFindIt() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "mdns-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (bus, daemon) = try configuration(in: folder)
        try await Namespaces.with(2) { network in
            let place = network.name(1)
            let avahi = "export DBUS_SYSTEM_BUS_ADDRESS=unix:path=\(folder.path)/bus; "
            let start = """
                mount -t tmpfs none /run && mkdir -p /run/avahi-daemon && \(avahi)
                dbus-daemon --config-file=\(bus) --print-address
                exec avahi-daemon -f \(daemon) --no-drop-root --no-chroot --no-rlimits 2>&1
                """
            let ours = try Probe.words("--host", "box-1", "--name", "Küche 1.0", "--port", "4711", "--text", "v=1")
            let onlooker = try Probe.words("--host", "box-2", "--name", "two", "--port", "4712")
            // `ip netns exec` gives each its own view of the file system, so that the mount is seen by no one else.
            try await Running.program(["sh", "-c", start], in: place, endsByItself: false) { server in
                _ = try await server.line { $0.contains("Server startup complete") }
                try await Running.program(ours, in: place) { probe in
                    try await Running.program(onlooker, in: network.name(2)) { second in
                        let publish = avahi + "exec avahi-publish -s 'Avahi Peer' _local-swarm._tcp 4713 v=1 2>&1"
                        try await Running.program(["sh", "-c", publish], in: place, endsByItself: false) { publisher in
                            _ = try await publisher.line { $0.contains("Established") }
                            _ = try await probe.line { $0.hasPrefix("added|Avahi Peer|avahi-box.local|4713|") }
                            _ = try await second.line { $0.hasPrefix("added|Avahi Peer|avahi-box.local|4713|") }
                            _ = try await second.line { $0.hasPrefix("added|Küche 1.0|") }
                            let browse = avahi + "exec avahi-browse -rp _local-swarm._tcp"
                            try await Running.program(["sh", "-c", browse], in: place, endsByItself: false) { browser in
                                let seen = try await browser.line {
                                    $0.hasPrefix(
                                        "=;eth0;IPv4;K\\195\\188che\\0321\\.0;_local-swarm._tcp;local;box-1.local;"
                                    )
                                }
                                #expect(seen.contains(";10.78.0.1;4711;\"v=1\""))
                                _ = try await browser.line {
                                    $0.hasPrefix("=;eth0;IPv4;two;_local-swarm._tcp;local;box-2.local;")
                                }
                            }
                        }
                        _ = try await probe.line { $0.hasPrefix("removed|Avahi Peer|") }
                        _ = try await second.line { $0.hasPrefix("removed|Avahi Peer|") }
                    }
                }
            }
        }
    }

    /// The files of a message bus and of Avahi; returns their paths.
    private func configuration(in folder: URL) throws -> (bus: String, daemon: String) {
        let bus = folder.appending(path: "bus.conf")
        let daemon = folder.appending(path: "avahi.conf")
        try Data(
            """
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
             "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><type>session</type><fork/><listen>unix:path=\(folder.path)/bus</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
            <allow own="*"/><allow user="*"/></policy></busconfig>
            """.utf8
        ).write(to: bus)
        try Data(
            """
            [server]
            host-name=avahi-box
            use-ipv4=yes
            use-ipv6=yes
            [publish]
            publish-hinfo=no
            publish-workstation=no
            """.utf8
        ).write(to: daemon)
        return (bus.path, daemon.path)
    }
}
#endif
