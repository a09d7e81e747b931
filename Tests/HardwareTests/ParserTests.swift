import Hardware
import SwarmCore
import Testing

/// Everything that reads what tools and files print.
private let parsers: [(name: String, parse: @Sendable (String) -> Void)] = [
    ("CPUInfo", { _ = CPUInfo.features(flags: CPUInfo.parse($0).flags) }),
    (
        "CoreLayout",
        { _ = CoreLayout(of: CPUInfo.parse($0).threads, allowed: Scan.processorList($0), quota: Double($0)) }
    ),
    ("MemoryInfo", { _ = MemoryInfo.parse($0) }),
    ("vm_stat", { _ = MemoryInfo.available(vmStat: $0) }),
    ("cgroup", { _ = ControlGroups.groups($0) }),
    (
        "mountinfo",
        { text in for mount in ControlGroups.mounts(text) { _ = ControlGroups.folders(of: text, in: mount) } }
    ),
    ("cpu.max", { _ = ControlGroups.quota(version2: $0) }),
    ("memory.stat", { _ = ControlGroups.fileCaches($0, ["inactive_file", "active_file"]) }),
    ("sysctl", { _ = ProcessorProbe.processor(Sysctl($0), architecture: "arm64") }),
    ("os-release", { _ = SystemProbe.distribution($0) }),
    ("runtime", { _ = SystemProbe.runtime(controlGroups: $0) ?? SystemProbe.runtime(mounts: $0) }),
    ("firmware", { _ = SystemProbe.hypervisor(firmware: [$0]) }),
    ("nvidia-smi", { _ = NVIDIACard.parse($0, fields: "index,name,memory.total") }),
    ("nvidia-smi -L", { for slice in MIGSlice.parse($0) { _ = slice.memory } }),
    ("nv_tegra_release", { _ = Jetson.release($0) }),
    ("amd-smi", { for device in AMDDevice.parse(smi: $0) { _ = device.accelerator(memory: nil) } }),
    ("rocm-smi", { for device in AMDDevice.parse(rocm: $0) { _ = device.accelerator(memory: nil) } }),
    ("kfd", { _ = AMDProbe.target($0) }),
    ("sycl-ls", { _ = SYCLList.parse($0) }),
    ("xpu-smi", { _ = XPUDevice.parse($0) }),
    ("vulkaninfo", { for device in VulkanDevice.parse($0) { _ = device.largest?.free } }),
    ("getprop", { _ = Android.listed($0) }),
    ("gpu_model", { _ = QualcommProbe.name($0) }),
    ("scan", { _ = (Scan.number($0[...]), Scan.table($0, "="), Scan.index($0, after: "c"), Scan.trimmed($0)) }),
    ("paths", { _ = PathRules(environment: ["EXTERNAL_STORAGE": $0], home: $0).full($0) }),
]

/// Pieces that parsers look for, so that noise reaches their inner parts.
private let pieces = [
    "processor\t: ", "MemTotal: ", " kB", "GPU0:", "GPU 0: ", "MIG ", "memoryHeaps[0]:", "size = ", "\n", "\n", "\r\n",
    ":",
    "=", ",", " ", "\t", "[", "]", "{", "}", "\"", "\"gpu\": ", "\"card0\": {", "18446744073709551615", "-1", "0x",
    "1e999",
    "nan", "9223372036854775808", "0::/", "/..", " - cgroup2 ", "cgroup", "page size of ", "Pages free: ", "flags : ",
    "CPU part : 0x", "gfx_target_version ", "drm_render_minor ", "\0", "Adreno", "level_zero:gpu", "0-99999999999",
    "5-", "\u{301}",
    "isa : rv", "R36", "REVISION:", "\u{1F468}\u{200D}\u{1F469}", "~", "/sdcard", "\"device_list\":[",
    "hw.physicalcpu: ",
]

@Suite("Parsers")
struct ParserTests {
    @Test(arguments: 0..<40)
    func noBytesTrapAnyParser(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<6 {
            let noise = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var mixed = ""
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                mixed += pieces.randomElement(using: &random) ?? ""
                if Bool.random(using: &random) { mixed += String(UInt64.random(in: 0...(.max), using: &random)) }
            }
            for parser in parsers {
                parser.parse(String(decoding: noise, as: UTF8.self))
                parser.parse(mixed)
            }
        }
    }

    @Test(arguments: 0..<40)
    func aMachineOfNoiseIsStillAMachine(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        // A real machine whose every text is cut, doubled or overwritten somewhere.
        let names = [
            "rx-7900-xtx", "a100-mig", "arc-a770", "lxc-cgroup-v1", "m2-pro", "termux-snapdragon", "raspberry-pi-5",
        ]
        var facts = try Recorded.facts(names[Int(seed) % names.count])
        func damage(_ bytes: [UInt8]) -> [UInt8] {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: return Array(bytes.prefix(place))
            case 1: return bytes + bytes.suffix(place)
            case 2:
                return bytes.prefix(place) + [UInt8.random(in: 0...255, using: &random)] + bytes.dropFirst(place + 1)
            default: return bytes.prefix(place) + Array("18446744073709551615".utf8) + bytes.dropFirst(place)
            }
        }
        facts.files = facts.files.mapValues(damage)
        facts.tools = facts.tools.mapValues { output in
            .ended(status: 0, text: String(decoding: damage(Array((output.text ?? "").utf8)), as: UTF8.self))
        }
        let machine = await Machine.detect(facts)
        #expect(machine.processor.cores >= 1)
        #expect(machine.processor.threads >= machine.processor.cores)
        #expect(machine.memory.available <= machine.memory.total)
        for accelerator in machine.accelerators { #expect((accelerator.free ?? 0) <= accelerator.total) }
    }

    @Test func listsOfProcessorsAreReadAsTheKernelWritesThem() {
        #expect(Scan.processorList("0-3,8\n") == [0, 1, 2, 3, 8])
        #expect(Scan.processorList("") == [])
        #expect(Scan.processorList("3-1,-2,x,4,0-99999999") == [4])
    }

    @Test func aWholeQuotaIsInCores() {
        #expect(ControlGroups.quota(version2: "250000 100000") == 2.5)
        #expect(ControlGroups.quota(version2: "max 100000") == nil)
        #expect(ControlGroups.quota(version2: "0 0") == nil)
    }

    @Test func aGroupOfAnotherNamespaceIsWhatIsMounted() {
        let mount = ControlGroups.mounts("1 2 0:3 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw")[0]
        #expect(ControlGroups.folders(of: "/docker/abc/x", in: mount) == ["/sys/fs/cgroup/x", "/sys/fs/cgroup"])
        #expect(ControlGroups.folders(of: "/../other", in: mount) == ["/sys/fs/cgroup"])
    }

    @Test func theDriverLetsTheGraphicsProcessorHaveMostOfTheMemory() {
        #expect(AppleProbe.workingSet(of: GiB(36), limit: nil) == GiB(24))
        #expect(AppleProbe.workingSet(of: GiB(64), limit: 0) == GiB(48))
        #expect(AppleProbe.workingSet(of: GiB(64), limit: 57_344) == GiB(56))
        #expect(AppleProbe.workingSet(of: GiB(8), limit: .max) == AppleProbe.workingSet(of: GiB(8), limit: nil))
    }

    @Test func theLargestOfAllFiguresOfADeviceIsItsMemory() {
        let devices = AMDDevice.merge([
            [AMDDevice(name: nil, total: 268_435_456)],
            [AMDDevice(name: "A", total: 25_753_026_560, used: 5), AMDDevice(name: "B")],
        ])
        #expect(devices == [AMDDevice(name: "A", total: 25_753_026_560, used: 5), AMDDevice(name: "B")])
    }

    @Test(arguments: [("110000", "gfx1100"), ("90402", "gfx942"), ("90010", "gfx90a"), ("100306", "gfx1036")])
    func theKernelsNumberOfATargetIsItsName(version: String, name: String) {
        #expect(AMDProbe.target("simd_count 4\ngfx_target_version \(version)\ndrm_render_minor 129\n")?.target == name)
    }

    @Test func releasesOfJetsonAreRead() {
        #expect(Jetson.release("# R35 (release), REVISION: 4.1, GCID: 1\n") == "L4T 35.4.1")
        #expect(Jetson.release("") == nil)
    }
}

@Suite("Paths as people write them")
struct PathRulesTests {
    @Test(arguments: [
        ("~/m.gguf", "/home/ada/m.gguf"), ("~", "/home/ada"), ("~x/y", "~x/y"), ("/sdcard/m", "/storage/emulated/0/m"),
        ("/sdcard", "/storage/emulated/0"), ("/sdcards/m", "/sdcards/m"), ("//sdcard/./m/", "/storage/emulated/0/m"),
        ("/", "/"), ("", ""), (".", "."), ("a//b/./c/", "a/b/c"), ("../m", "../m"), ("/a/../b", "/a/../b"),
    ])
    func becomePathsThatFilesHave(path: String, full: String) {
        #expect(PathRules(environment: [:], home: "/home/ada").full(path) == full)
    }

    @Test func theEnvironmentSaysWhereHomeAndStorageAre() {
        let rules = PathRules(environment: ["HOME": "/data/home", "EXTERNAL_STORAGE": "/mnt/shared"], home: "/root")
        #expect(rules.full("~/a") == "/data/home/a")
        #expect(rules.full("/sdcard/a") == "/mnt/shared/a")
        let plain = PathRules(environment: ["EXTERNAL_STORAGE": "/sdcard", "HOME": "odd"], home: "/root")
        #expect(plain.full("/sdcard/a") == "/storage/emulated/0/a")
        #expect(plain.full("~") == "/root")
    }

    @Test func aStorageInsideItselfEnds() {
        let rules = PathRules(environment: ["EXTERNAL_STORAGE": "//sdcard/x"], home: "/root")
        #expect(rules.full("/sdcard/a") == "/sdcard/x/a")
    }
}

@Suite("Memory as Linux tells it")
struct MemoryInfoTests {
    @Test func isReadInBytes() {
        let text =
            "MemTotal:       16316412 kB\nMemFree:          523004 kB\nMemAvailable:    9876543 kB\nBuffers: 1 kB\n"
        #expect(MemoryInfo.parse(text) == Memory(total: kB(16_316_412), available: kB(9_876_543)))
    }

    @Test func oldKernelsTellItInParts() {
        let text = "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 20 kB\nCached: 300 kB\n"
        #expect(MemoryInfo.parse(text) == Memory(total: kB(1000), available: kB(420)))
    }

    @Test(arguments: [
        "", "MemAvailable: 5 kB\n", "MemTotal: kB\n", "MemTotal: 5 MB\n", "MemTotal: -5 kB\n", "MemTotal: 0 kB",
        "MemTotal: 18446744073709551615 kB\n", "NotMemTotal: 5 kB",
    ])
    func nonsenseIsNoMemory(text: String) { #expect(MemoryInfo.parse(text) == nil) }

    @Test func limitsAreTakenFromTheTightest() {
        let memory = Memory(total: GiB(16), available: GiB(10))
        let limits = [ControlGroups.MemoryLimit(limit: GiB(8), used: GiB(1)), .init(limit: GiB(12), used: GiB(11))]
        #expect(MemoryProbe.limited(memory, by: limits) == Memory(total: GiB(8), available: GiB(1), limit: GiB(8)))
        let loose = [ControlGroups.MemoryLimit(limit: GiB(64), used: GiB(63))]
        #expect(MemoryProbe.limited(memory, by: loose) == Memory(total: GiB(16), available: GiB(1)))
        let overfull = [ControlGroups.MemoryLimit(limit: GiB(2), used: GiB(3))]
        #expect(MemoryProbe.limited(memory, by: overfull).available == 0)
    }
}
