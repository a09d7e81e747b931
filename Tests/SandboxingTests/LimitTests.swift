import Foundation
import Sandboxing
import Testing

extension BoxTests {
    @Suite struct LimitTests {
        @Test func outputErrorInputAndCodeGoThrough() async throws {
            let program = "import sys; print(sys.stdin.read()); print('trouble', file=sys.stderr); sys.exit(3)"
            let result = try await Boxes.python(program, input: "hello")
            #expect(result.text == "hello")
            #expect(result.errorText == "trouble\n")
            #expect(result.exit == .code(3))
            #expect(!result.wasCut)
        }

        @Test func longOutputArrivesWhole() async throws {
            let result = try await Boxes.python("print('x' * 999_999)")
            #expect(result.output.count == 1_000_000)
        }

        @Test func standardInputIsEmptyUnlessGiven() async throws {
            #expect(try await Boxes.python("import sys; print(repr(sys.stdin.read()))").text == "''")
        }

        @Test func aProgramNeedNotReadItsInput() async throws {
            let result = try await Boxes.python(
                "import os; os.close(0); print('done')",
                input: String(repeating: "x", count: 1 << 20)
            )
            #expect(result.text == "done")
            #expect(result.exit == .code(0))
        }

        @Test func aSignalIsReported() async throws {
            #expect(try await Boxes.python("import os; os.abort()").exit == .signal(6))
        }

        @Test func whatIsNotThereIsAResult() async throws {
            let result = try await Boxes.sandbox.run(Job(executable: "/usr/bin/no-such-program"))
            #expect(result.exit == .code(127))
        }

        @Test(arguments: [
            "import time; time.sleep(1000)", "while True: pass",
            "import os; os.close(1); os.close(2)\nwhile True: pass",
        ])
        func anEndlessProgramIsStoppedByTheClock(program: String) async throws {
            let result = try await Boxes.python(
                "print('here', flush=True)\n" + program,
                limits: Limits(time: .seconds(1.5))
            )
            #expect(result.exit == .timeout)
            #expect(result.text == "here")
        }

        @Test func anEndlessLoopIsStoppedByItsProcessorTime() async throws {
            let result = try await Boxes.python(
                "while True: pass",
                limits: Limits(time: .seconds(60), processorSeconds: 1)
            )
            #expect(result.exit == .signal(9))
        }

        @Test func memoryIsLimited() async throws {
            let program = """
                try:
                    block = bytearray(1 << 30)
                    print('had it')
                except MemoryError:
                    print('refused')
                """
            #expect(try await Boxes.python(program).text == "refused")
            #expect(try await Boxes.unboxed(program) == "had it")
        }

        @Test(arguments: [1, 2])
        func endlessOutputIsCutAndStopped(descriptor: Int) async throws {
            let program = "import os\nwhile True: os.write(\(descriptor), b'x' * 4096)"
            let result = try await Boxes.python(program, limits: Limits(time: .seconds(60), output: 100_000))
            #expect(result.exit == .outputLimit)
            #expect(result.wasCut)
            #expect((descriptor == 1 ? result.output : result.error).count == 100_000)
        }

        @Test func aForkBombIsLimited() async throws {
            let program = """
                import os, time
                made = 0
                try:
                    while made < 200:
                        if os.fork() == 0:
                            time.sleep(30)
                            os._exit(0)
                        made += 1
                except OSError:
                    pass
                print(made)
                """
            let result = try await Boxes.python(program, limits: Limits(time: .seconds(20), processes: 12))
            let made = try #require(Int(result.text))
            #expect((1..<12).contains(made))
        }

        @Test func threadsCountAsProcesses() async throws {
            let program = """
                import threading, time
                made = 0
                try:
                    while made < 200:
                        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
                        made += 1
                except RuntimeError:
                    pass
                print(made)
                """
            let result = try await Boxes.python(
                program,
                limits: Limits(time: .seconds(20), memory: 4 << 30, processes: 12)
            )
            #expect(try #require(Int(result.text)) < 12)
        }

        @Test func aForkBombLeavesNothing() async throws {
            let marker = Boxes.marker()
            let program = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
            let result = try await Boxes.python(program, arguments: [marker], limits: Limits(time: .seconds(1)))
            #expect(result.exit == .timeout)
            #expect(try await Boxes.eventually { Boxes.processes(with: marker) == 0 })
        }

        @Test func oneFileIsLimited() async throws {
            let program = """
                import signal
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                try:
                    with open('/tmp/huge', 'wb', buffering=0) as file:
                        for _ in range(64): file.write(b'x' * (1 << 20))
                    print('written')
                except OSError as error:
                    print(error.errno)
                """
            #expect(try await Boxes.python(program, limits: Limits(time: .seconds(20), file: 4 << 20)).text == "27")
        }

        @Test(arguments: ["/tmp", "/dev/shm"])
        func allFilesTogetherAreLimited(folder: String) async throws {
            let program = """
                try:
                    for place in range(64):
                        with open(f'\(folder)/{place}', 'wb', buffering=0) as file: file.write(b'x' * (1 << 20))
                    print('written')
                except OSError as error:
                    print(error.errno)
                """
            #expect(try await Boxes.python(program, limits: Limits(time: .seconds(20), folder: 8 << 20)).text == "28")
        }

        @Test func cancellingKillsEverything() async throws {
            let marker = Boxes.marker()
            let running = Task {
                try await Boxes.python(
                    "import time; time.sleep(1000)",
                    arguments: [marker],
                    limits: Limits(time: .seconds(1000))
                )
            }
            #expect(try await Boxes.eventually { Boxes.processes(with: marker) > 0 })
            running.cancel()
            #expect(try await running.value.exit == .cancelled)
            #expect(try await Boxes.eventually { Boxes.processes(with: marker) == 0 })
        }

        @Test func aDaemonDoesNotOutliveItsBox() async throws {
            let marker = Boxes.marker()
            let program = """
                import os, time
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        for descriptor in range(3): os.close(descriptor)
                        time.sleep(1000)
                    os._exit(0)
                time.sleep(0.2)
                print('left it', len([each for each in os.listdir('/proc') if each.isdigit()]))
                """
            let result = try await Boxes.python(program, arguments: [marker])
            #expect(result.exit == .code(0))
            #expect(result.text.hasPrefix("left it"))
            #expect(try await Boxes.eventually { Boxes.processes(with: marker) == 0 })
        }

        @Test func noZombieStays() async throws {
            for _ in 0..<3 { _ = try await Boxes.python("pass") }
            let me = String(ProcessInfo.processInfo.processIdentifier)
            let isClean = try await Boxes.eventually {
                !Boxes.processes.contains { process in
                    let line = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
                    let fields = line.split(separator: ") ").last?.split(separator: " ") ?? []
                    return fields.first == "Z" && fields.dropFirst().first.map(String.init) == me
                }
            }
            #expect(isClean)
        }
    }
}
