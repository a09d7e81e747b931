import Hardware
import ModelCatalog
import SwarmCLI
import SwarmCore
import Testing
import WireFormats

@Suite("What swarm doctor says")
struct DoctorTests {
    private static let machine = Machine(
        system: OperatingSystem(name: "Debian GNU/Linux 12", kernel: "6.1.0", surroundings: .bareMetal),
        processor: Processor(name: "Ryzen", architecture: "x86_64", cores: 8, threads: 16),
        memory: Memory(total: 16 << 30, available: 12 << 30)
    )

    private static let processor = EngineDevice(
        name: "CPU",
        description: "Ryzen",
        kind: .cpu,
        totalBytes: 16 << 30,
        freeBytes: 12 << 30
    )

    /// A machine on which all is well.
    private static var sound: DoctorFacts {
        DoctorFacts(
            configurationPath: "/c/config.yaml",
            configuration: .none,
            host: "127.0.0.1",
            port: 17_615,
            keys: [],
            runsCode: false,
            isPortTaken: false,
            server: .nobody,
            folders: [DoctorFacts.Folder(name: "models", path: "/d", isWritable: true, free: 100 << 30)],
            databasePath: "/d/swarm.db",
            database: .none,
            prefixes: (bytes: 1 << 20, limit: 4 << 30),
            model: .readable(path: "/m.gguf", bytes: 4 << 30, context: 32_768),
            fit: nil,
            template: .notAsked,
            detection: Detection(machine: machine, devices: [processor]),
            sandbox: nil,
            python: "/usr/bin/python3",
            now: 1_790_000_000,
            newestFile: 1_780_000_000,
            hubAddress: "https://hub.example",
            hub: .reached
        )
    }

    private func facts(_ change: (inout DoctorFacts) -> Void) -> DoctorFacts {
        var facts = Self.sound
        change(&facts)
        return facts
    }

    @Test func whereAllIsWellNothingIsToBeDone() {
        let diagnoses = Self.sound.diagnoses
        #expect(diagnoses.allSatisfy { $0.grade == .ok && $0.cure == nil })
        #expect(!diagnoses.hasProblem)
        #expect(diagnoses.summary == "everything is as it should be")
        let checks = [
            "configuration", "access", "port", "model", "memory", "tools", "hardware", "disk", "database", "prefixes",
            "sandbox", "python", "server-tools", "clock", "hub",
        ]
        #expect(diagnoses.map(\.check) == checks)
    }

    @Test func aConfigurationThatCannotBeUsedIsAProblem() {
        let broken = facts { $0.configuration = .broken("f.yaml: unknown key \"http.prot\"") }.configurationCheck
        #expect(broken.grade == .problem && broken.found.contains("http.prot") && broken.cure != nil)
        #expect(
            facts { $0.configuration = .usable(permissions: 0o644, holdsKeys: false) }.configurationCheck.grade == .ok
        )
    }

    @Test(arguments: [
        (0o600, Diagnosis.Grade.ok), (0o644, .warning), (0o640, .warning), (0o604, .warning), (0o700, .ok),
    ])
    func keysInAFileThatOthersMayReadAreAWarning(permissions: Int, grade: Diagnosis.Grade) {
        let check = facts { $0.configuration = .usable(permissions: permissions, holdsKeys: true) }.configurationCheck
        #expect(check.grade == grade)
        #expect(check.cure == (grade == .ok ? nil : "chmod 600 /c/config.yaml"))
    }

    @Test(
        arguments: [
            ("127.0.0.1", [], Diagnosis.Grade.ok), ("::1", ["short"], .ok), ("0.0.0.0", [], .problem),
            ("0.0.0.0", ["12345678"], .warning), ("192.168.1.2", ["0123456789abcdef"], .ok),
            ("0.0.0.0", ["0123456789abcdef", "12345678"], .warning),
        ] as [(String, [String], Diagnosis.Grade)]
    )
    func otherMachinesNeedKeysThatCannotBeGuessed(host: String, keys: [String], grade: Diagnosis.Grade) {
        let check = facts {
            $0.host = host
            $0.keys = keys
        }.accessCheck
        #expect(check.grade == grade)
        #expect(!keys.contains { check.found.contains($0) })
    }

    @Test(arguments: [
        (ServerQuestion.Answer.served(ServedModel(id: "coder", contextLength: 4096)), Diagnosis.Grade.ok),
        (.needsKey, .ok), (.starting, .ok), (.stranger, .problem), (.nobody, .problem),
    ])
    func aPortThatIsTakenIsFineOnlyForAServerOfOurs(answer: ServerQuestion.Answer, grade: Diagnosis.Grade) {
        let taken = facts {
            $0.isPortTaken = true
            $0.server = answer
        }.portCheck
        #expect(taken.grade == grade)
        #expect((taken.cure != nil) == (grade == .problem))
        #expect(facts { $0.port = 0 }.portCheck.grade == .ok)
    }

    @Test func aModelThatCannotBeUsedIsAProblem() {
        #expect(facts { $0.model = .none("there is no model at /x") }.modelCheck.grade == .problem)
        let damaged = facts { $0.model = .unreadable(path: "/m.gguf", reason: "it ends in the header") }.modelCheck
        #expect(damaged.grade == .problem && damaged.found.contains("/m.gguf") && damaged.cure != nil)
        let away = facts { $0.model = .away("qwen2.5-coder:7b") }.modelCheck
        #expect(away.grade == .ok && away.found.contains("qwen2.5-coder:7b"))
        #expect(facts { $0.model = .elsewhere("another server has it") }.modelCheck.grade == .ok)
    }

    @Test func aModelThatDoesNotFitIsAProblem() throws {
        let entry = try #require(try Catalogue.builtIn().entries.first { $0.id == "qwen2.5-coder:7b:q4_k_m" })
        var small = Self.machine
        small.memory = Memory(total: 2 << 30, available: 1 << 30)
        let fits = Fit.of(entry.shape, on: Self.machine, FitRequest(context: 4096, candidates: 1))
        let lacks = Fit.of(entry.shape, on: small, FitRequest(context: 4096, candidates: 1))
        #expect(facts { $0.fit = fits }.memoryCheck.grade == .ok)
        let check = facts { $0.fit = lacks }.memoryCheck
        #expect(check.grade == .problem && check.found.contains("more than is free") && check.cure != nil)
        // A server that runs has found its memory.
        let running = facts {
            $0.fit = lacks
            $0.server = .served(ServedModel(id: "coder", contextLength: 4096))
        }
        #expect(running.memoryCheck.grade == .ok)
    }

    @Test func memoryThatIsNotToldIsAWarning() {
        var unknown = Self.machine
        unknown.memory = Memory(total: 0, available: 0)
        let check = facts { $0.detection = Detection(machine: unknown, devices: [Self.processor]) }.memoryCheck
        #expect(check.grade == .warning)
    }

    @Test(arguments: [
        (DoctorFacts.Template.tools(true), Diagnosis.Grade.ok), (.tools(false), .warning), (.notAsked, .ok),
        (.failed("no memory"), .problem),
    ])
    func toolsAsTextAreAWarning(template: DoctorFacts.Template, grade: Diagnosis.Grade) {
        #expect(facts { $0.template = template }.templateCheck.grade == grade)
    }

    @Test func serversThatDoNotAnswerAreAWarningEach() {
        let checks = facts {
            $0.upstreams = [
                DoctorFacts.Upstream(address: "http://a/v1", isReached: true),
                DoctorFacts.Upstream(address: "http://b/v1", isReached: false),
            ]
        }.upstreamChecks
        #expect(checks.map(\.grade) == [.ok, .warning])
        #expect(checks[1].found.contains("http://b/v1"))
    }

    @Test func notesOnTheHardwareAreWarnings() {
        let card = Accelerator(maker: .nvidia, name: "NVIDIA GeForce RTX 4090", total: 24 << 30, free: 23 << 30)
        var machine = Self.machine
        machine.accelerators = [card]
        // llama.cpp was built without CUDA.
        let checks = facts { $0.detection = Detection(machine: machine, devices: [Self.processor]) }.hardwareChecks
        #expect(checks[0].grade == .ok && checks[0].found.contains("RTX 4090"))
        #expect(checks.count > 1 && checks.dropFirst().allSatisfy { $0.grade == .warning })
        #expect(Self.sound.hardwareChecks.map(\.grade) == [.ok])
    }

    @Test(
        arguments: [
            (true, 100 << 30, Diagnosis.Grade.ok), (true, 1 << 30, .warning), (true, 1 << 20, .problem),
            (false, 100 << 30, .problem), (true, nil, .ok),
        ] as [(Bool, UInt64?, Diagnosis.Grade)]
    )
    func aDiskNeedsRoomAndLeave(isWritable: Bool, free: UInt64?, grade: Diagnosis.Grade) {
        let folder = DoctorFacts.Folder(name: "models", path: "/d", isWritable: isWritable, free: free)
        let checks = facts { $0.folders = [folder] }.folderChecks
        #expect(checks.map(\.grade) == [grade])
        #expect((checks.first?.cure != nil) == (grade != .ok))
    }

    @Test func aDamagedDatabaseIsAProblem() {
        #expect(facts { $0.database = .sound }.databaseCheck.grade == .ok)
        let broken = facts { $0.database = .broken("/d/swarm.db is damaged") }.databaseCheck
        #expect(broken.grade == .problem && broken.found == "/d/swarm.db is damaged")
    }

    @Test func prefixesBeyondTheirLimitAreAWarning() {
        #expect(facts { $0.prefixes = (bytes: 5 << 30, limit: 4 << 30) }.prefixCheck.grade == .warning)
        #expect(facts { $0.prefixes = nil }.prefixCheck.grade == .ok)
    }

    @Test func whatRunsProgramsIsMissedOnlyWhereProgramsAreRun() {
        for (runs, grade) in [(false, Diagnosis.Grade.warning), (true, .problem)] {
            let bare = facts {
                $0.runsCode = runs
                $0.sandbox = "bwrap is not installed"
                $0.python = nil
            }
            #expect(bare.sandboxCheck.grade == grade && bare.sandboxCheck.found.contains("bwrap is not installed"))
            #expect(bare.pythonCheck.grade == grade)
        }
    }

    @Test(arguments: [
        (1_790_000_000, 1_790_000_000, Diagnosis.Grade.ok), (1_790_000_000, 1_790_080_000, .ok),
        (1_790_000_000, 1_791_000_000, .warning), (0, 0, .problem), (1_700_000_000, 0, .problem),
        (5_000_000_000, 0, .problem),
    ])
    func aClockThatCannotBeRightIsNoticed(now: Int, newest: Int, grade: Diagnosis.Grade) {
        let check = facts {
            $0.now = now
            $0.newestFile = newest
        }.clockCheck
        #expect(check.grade == grade)
    }

    @Test(arguments: [
        (DoctorFacts.Hub.reached, Diagnosis.Grade.ok), (.offline, .ok), (.unreachable("no route"), .warning),
    ])
    func aHubThatIsNotReachedIsNoProblem(hub: DoctorFacts.Hub, grade: Diagnosis.Grade) {
        #expect(facts { $0.hub = hub }.hubCheck.grade == grade)
    }

    @Test(arguments: [60, 80, 120])
    func theTableFitsAndNamesEveryCheckOnce(width: Int) {
        let diagnoses = facts {
            $0.host = "0.0.0.0"
            $0.hub = .unreachable("\u{1B}[2J " + String(repeating: "word ", count: 40))
        }.diagnoses
        let lines = diagnoses.lines(width: width)
        #expect(lines.allSatisfy { $0.count <= width && !$0.contains("\u{1B}") })
        for diagnosis in diagnoses {
            let start = [diagnosis.grade.rawValue, diagnosis.check]
            #expect(lines.count { $0.split(separator: " ").prefix(2).map(String.init) == start } == 1)
        }
        #expect(diagnoses.summary == "1 problem, 1 warning")
        #expect(diagnoses.hasProblem && diagnoses.json["ok"] == false)
        #expect(diagnoses.json["checks"]?.arrayValue?.count == diagnoses.count)
    }
}
