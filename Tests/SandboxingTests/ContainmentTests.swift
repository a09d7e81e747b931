import Foundation
import Sandboxing
import Subprocess
import Testing

extension BoxTests {
    @Suite struct ContainmentTests {
        @Test(arguments: [
            "/new", "/usr/new", "/usr/bin/new", "/etc/new", "/dev/new", "/root/new", "/home/new", "/proc/new",
        ])
        func nothingOutsideTheTemporaryFolderIsWritten(path: String) async throws {
            let result = try await Boxes.python("open('\(path)', 'w').write('x'); print('written')")
            #expect(result.text.isEmpty)
            #expect(result.exit == .code(1))
            #expect(!FileManager.default.fileExists(atPath: path))
        }

        @Test func harmlessDevicesWork() async throws {
            let program = "open('/dev/null', 'w').write('x'); print(len(open('/dev/urandom', 'rb').read(8)))"
            #expect(try await Boxes.python(program).text == "8")
        }

        @Test func kernelSettingsAreOutOfReach() async throws {
            let program = """
                import os
                for path in ('/proc/sys/kernel/hostname', '/proc/sys/vm/overcommit_memory', '/proc/sysrq-trigger'):
                    try:
                        os.close(os.open(path, os.O_WRONLY))
                        print('opened', path)
                    except OSError: pass
                """
            let result = try await Boxes.python(program)
            #expect(result.text.isEmpty)
            #expect(result.exit == .code(0))
        }

        @Test func theInterpreterIsReadOnly() async throws {
            let program = """
                import os
                try: open(os.__file__, 'a'); print('opened')
                except OSError: print('refused')
                """
            #expect(try await Boxes.python(program).text == "refused")
        }

        @Test func theTemporaryFolderIsPrivate() async throws {
            let name = Boxes.marker()
            let first = try await Boxes.python(
                "open('/tmp/\(name)', 'w').write('x'); import os; print(os.listdir('/tmp'))"
            )
            #expect(first.text == "['\(name)']")
            #expect(!FileManager.default.fileExists(atPath: "/tmp/\(name)"))
            #expect(try await Boxes.python("import os; print(os.listdir('/tmp'), os.getcwd())").text == "[] /tmp")
        }

        @Test(arguments: [
            "/etc/shadow", "/etc/passwd", "/var/log", "/run", "/proc/1/root/etc/passwd", "/sys/kernel", #filePath,
        ])
        func filesOfTheHostAreNotThere(path: String) async throws {
            let program = "import os, sys; print(os.path.exists(sys.argv[1]))"
            #expect(try await Boxes.python(program, arguments: [path]).text == "False")
        }

        @Test func theHostsFilesAreThereOutside() async throws {
            let program = "import os, sys; print(os.path.exists(sys.argv[1]))"
            #expect(try await Boxes.unboxed(program, arguments: [#filePath]) == "True")
        }

        @Test func theHomeShowsOnlyTheInterpreter() async throws {
            let home = NSHomeDirectory()
            let program =
                "import os, sys; print('\\n'.join(os.listdir(sys.argv[1])) if os.path.exists(sys.argv[1]) else '')"
            let seen = try await Boxes.python(program, arguments: [home]).text.split(separator: "\n").map(String.init)
            let python = try #require(await Interpreter.python())
            #expect(seen.allSatisfy { name in python.readable.contains { $0.hasPrefix("\(home)/\(name)") } })
        }

        @Test func linksLeadNowhere() async throws {
            let outside = FileManager.default.temporaryDirectory.appending(path: Boxes.marker()).path(
                percentEncoded: false
            )
            try "kept".write(toFile: outside, atomically: true, encoding: .utf8)
            defer { try? FileManager.default.removeItem(atPath: outside) }
            let program = """
                import os, sys
                for place, target in enumerate([sys.argv[1], '/usr/bin/new', '/', '/proc/1/root', '/proc/1/cwd', '/proc/self/root']):
                    link = f'/tmp/link{place}'
                    os.symlink(target, link)
                    for path in (link, link + '/etc/shadow', link + sys.argv[1], link + '/usr/bin/new'):
                        try:
                            open(path, 'r+').write('changed')
                            print('wrote', path)
                        except OSError: pass
                print('tried')
                """
            #expect(try await Boxes.python(program, arguments: [outside]).text == "tried")
            #expect(try String(contentsOfFile: outside, encoding: .utf8) == "kept")
            #expect(!FileManager.default.fileExists(atPath: "/usr/bin/new"))
        }

        @Test func theEnvironmentIsBare() async throws {
            let program = "import os; print(' '.join(sorted(os.environ)))"
            let names = Set(try await Boxes.python(program).text.split(separator: " ").map(String.init))
            #expect(names.subtracting(["HOME", "LANG", "LC_CTYPE", "PATH", "PWD"]).isEmpty)
            #expect(names.isSuperset(of: ["HOME", "LANG", "PATH"]))
            let fork = try await Boxes.python("print(open('/proc/1/environ', 'rb').read().count(b'='))").text
            #expect(fork.isEmpty || (Int(fork) ?? .max) <= 5)
        }

        @Test func openFilesAreNotInherited() async throws {
            let descriptor = unsafe open(#filePath, O_RDONLY)
            try #require(descriptor >= 0)
            defer { close(descriptor) }
            let program = """
                import os
                for each in os.listdir('/proc/self/fd'):
                    try: print(os.readlink('/proc/self/fd/' + each))
                    except OSError: pass
                """
            let links = try await Boxes.python(program).text.split(separator: "\n")
            #expect(links.allSatisfy { $0.hasPrefix("pipe:") || $0.hasPrefix("/proc/") })
            #expect(links.count >= 3)
        }

        @Test func otherProcessesAreOutOfReach() async throws {
            let marker = Boxes.marker()
            let program = """
                import os, signal, sys
                pid = int(sys.argv[2])
                for target in (pid, -pid):
                    try:
                        os.kill(target, 0)
                        print('reached', target)
                    except ProcessLookupError: pass
                seen = [each for each in os.listdir('/proc') if each.isdigit()]
                print(len(seen) < 8, flush=True)
                try: os.kill(1, signal.SIGKILL)
                except OSError: pass
                # This may end the box, and nothing else.
                os.kill(-1, signal.SIGKILL)
                """
            // A process that would die of any of it.
            let result = try await Subprocess.run(
                .name("sleep"),
                arguments: ["1000"],
                input: .none,
                output: .discarded,
                error: .discarded
            ) { execution in
                let pid = execution.processIdentifier.value
                let boxed = try await Boxes.python(program, arguments: [marker, String(pid)])
                #expect(boxed.text == "True")
                #expect(try await Boxes.unboxed("import os, sys; os.kill(\(pid), 0); print('reached')") == "reached")
                try execution.send(signal: .interrupt)
            }
            #expect(result.terminationStatus == .signaled(2))
        }

        @Test func theKernelsDoorsAreShut() async throws {
            let program = """
                import ctypes, os
                libc = ctypes.CDLL(None, use_errno=True)
                def shut(name, *arguments):
                    print(name, libc[name](*arguments) != 0)
                shut('ptrace', 16, 1, 0, 0)
                shut('unshare', 0x10000000)
                shut('unshare', 0x00020000)
                shut('mount', b'none', b'/tmp', b'tmpfs', 0, None)
                shut('umount2', b'/usr', 2)
                shut('chroot', b'/tmp')
                shut('setuid', 0)
                shut('sethostname', b'x', 1)
                for line in open('/proc/self/status'):
                    if line.startswith(('CapEff', 'CapBnd', 'CapPrm', 'CapAmb', 'NoNewPrivs')): print(*line.split())
                """
            let lines = try await Boxes.python(program).text.split(separator: "\n")
            #expect(lines.count == 13)
            for line in lines {
                #expect(
                    ["True", "0000000000000000"].contains(line.split(separator: " ")[1]) || line == "NoNewPrivs: 1"
                )
            }
        }

        @Test func theNetworkIsOutOfReach() async throws {
            let listener = """
                import socket, sys
                tcp = socket.create_server(('127.0.0.1', 0))
                udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                udp.bind(('127.0.0.1', 0))
                name = 'local-' + sys.argv[1]
                local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                local.bind('\\0' + name)
                local.listen()
                print(tcp.getsockname()[1], udp.getsockname()[1], name, flush=True)
                print('tcp', tcp.accept()[0].recv(100).decode(), flush=True)
                print('udp', udp.recv(100).decode(), flush=True)
                print('local', local.accept()[0].recv(100).decode(), flush=True)
                """
            let caller = """
                import socket, sys
                def said(family, kind, address):
                    try:
                        connection = socket.socket(family, kind)
                        connection.settimeout(2)
                        connection.connect(address)
                        connection.sendall(sys.argv[4].encode())
                        return 'sent'
                    except OSError:
                        return 'refused'
                print(said(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', int(sys.argv[1]))))
                print(said(socket.AF_INET, socket.SOCK_DGRAM, ('127.0.0.1', int(sys.argv[2]))))
                print(said(socket.AF_UNIX, socket.SOCK_STREAM, '\\0' + sys.argv[3]))
                if sys.argv[4] == 'box':
                    print(said(socket.AF_INET, socket.SOCK_DGRAM, ('192.0.2.1', 53)))
                    print([name for _, name in socket.if_nameindex()])
                    try: print(socket.getaddrinfo('localhost.example.com', 80))
                    except OSError: print('no name')
                """
            let python = try #require(await Interpreter.python())
            _ = try await Subprocess.run(
                .name("env"),
                arguments: [python.executable, "-c", listener, Boxes.marker()],
                input: .none,
                output: .sequence,
                error: .discarded
            ) { execution in
                var lines = execution.standardOutput.strings().makeAsyncIterator()
                let addresses = try #require(await lines.next()).split(separator: " ").map(String.init)
                let boxed = try await Boxes.python(caller, arguments: addresses + ["box"]).text.split(separator: "\n")
                #expect(boxed.count == 6)
                #expect(boxed.first == "refused")
                // A datagram into the box's own empty network is sent, and lost.
                #expect(Array(boxed.dropFirst(2)) == ["refused", "refused", "['lo']", "no name"])
                #expect(try await Boxes.unboxed(caller, arguments: addresses + ["outside"]) == "sent\nsent\nsent")
                // What arrives first at each of the three came from outside the box.
                #expect(try await lines.next() == "tcp outside")
                #expect(try await lines.next() == "udp outside")
                #expect(try await lines.next() == "local outside")
            }
        }
    }
}
