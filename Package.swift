// swift-tools-version: 6.2
import PackageDescription

// The rooms and the arrows between them are those of docs/ARCHITECTURE.md; `make` builds with SwiftPM's import check on.
// LOCAL_SWARM_SLICE=core builds and tests only the pure rooms, without SwiftNIO, BoringSSL or llama.cpp.
let coreOnly = Context.environment["LOCAL_SWARM_SLICE"] == "core"

// `scripts/llama-cpp` leaves the built llama.cpp here.
let llama = "\(Context.packageDirectory)/.llama"

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// llama.cpp is built for this processor, so the passes over its logits are too.
#if arch(x86_64)
let native: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-march=native"])]
#else
let native: [SwiftSetting] = []
#endif

func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

let logging = product("Logging", "swift-log")
let asyncAlgorithms = product("AsyncAlgorithms", "swift-async-algorithms")

func room(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
    .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: "\(name)Tests", dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let core: [Target] = [
    room("SwarmCore"),
    room("Consensus", ["SwarmCore"]),
    room("WireFormats", ["SwarmCore"]),
    room(
        "Swarm",
        ["SwarmCore", "Consensus", asyncAlgorithms, logging],
        resources: [.embedInCode("Resources/prompts/tools.txt")]
    ),
    room("Probes", ["SwarmCore", "Consensus"]),
    room("Hardware", ["SwarmCore", product("Subprocess", "swift-subprocess")]),
    room(
        "ModelCatalog",
        ["SwarmCore", "Hardware", product("Yams", "Yams")],
        resources: [.embedInCode("Resources/catalogue.yaml")]
    ),
    .target(
        name: "SwarmTestSupport",
        dependencies: ["SwarmCore"],
        path: "Tests/SwarmTestSupport",
        swiftSettings: strict
    ),
    tests("SwarmCore", ["SwarmCore"]),
    tests("Consensus", ["Consensus", "SwarmCore"]),
    tests("Probes", ["Probes", "SwarmCore"]),
    tests("Hardware", ["Hardware", "SwarmCore"], resources: [.copy("Fixtures")]),
    tests("ModelCatalog", ["ModelCatalog", "Hardware", "SwarmCore"]),
    tests("WireFormats", ["WireFormats", "SwarmCore"], resources: [.copy("Fixtures")]),
    tests(
        "Swarm",
        [
            "Swarm", "Consensus", "SwarmCore", "SwarmTestSupport", logging, product("InMemoryLogging", "swift-log"),
        ]
    ),
]

let edge: [Target] = [
    .target(name: "CLlama", path: "Sources/CLlama"),
    .target(
        name: "CLlamaChat",
        cxxSettings: [.unsafeFlags(["-I\(llama)/include", "-I\(llama)/include/common", "-O2", "-w"])]
    ),
    .target(
        name: "LlamaEngine",
        dependencies: ["SwarmCore", "CLlama", "CLlamaChat", asyncAlgorithms, logging],
        swiftSettings: strict + native,
        linkerSettings: [.unsafeFlags(["@\(llama)/link.args"])]
    ),
    room(
        "HTTPAPI",
        [
            "SwarmCore", "Swarm", "WireFormats", logging,
            product("Hummingbird", "hummingbird"), product("HTTPTypes", "swift-http-types"),
            product("NIOCore", "swift-nio"),
        ]
    ),
    room("Observability", ["SwarmCore", logging, product("GRDB", "GRDB.swift")]),
    .target(
        name: "Sandboxing",
        dependencies: ["SwarmCore", logging, product("Subprocess", "swift-subprocess"), product("Yams", "Yams")],
        resources: [.embedInCode("Code/examine.py")],
        swiftSettings: strict
    ),
    room(
        "ModelStore",
        [
            "SwarmCore", "ModelCatalog", logging, product("AsyncHTTPClient", "async-http-client"),
            product("Crypto", "swift-crypto"), product("NIOCore", "swift-nio"), product("NIOHTTP1", "swift-nio"),
        ]
    ),
    room(
        "ToolRuntime",
        [
            "SwarmCore", "WireFormats", "Sandboxing", "CHTML", logging,
            product("AsyncHTTPClient", "async-http-client"), product("NIOCore", "swift-nio"),
            product("NIOHTTP1", "swift-nio"), product("NIOPosix", "swift-nio"),
            product("Crypto", "swift-crypto"),
        ]
    ),
    .systemLibrary(
        name: "CLibXML2",
        pkgConfig: "libxml-2.0",
        providers: [.apt(["libxml2-dev"]), .yum(["libxml2-devel"]), .brew(["libxml2"])]
    ),
    .target(name: "CHTML", dependencies: ["CLibXML2"]),
    room(
        "MulticastDNS",
        ["SwarmCore", logging, product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio")]
    ),
    room(
        "Federation",
        [
            "SwarmCore", "Consensus", "Swarm", "WireFormats", "HTTPAPI", "MulticastDNS", asyncAlgorithms, logging,
            product("Crypto", "swift-crypto"), product("X509", "swift-certificates"),
            product("SwiftASN1", "swift-asn1"),
            product("NIOSSL", "swift-nio-ssl"), product("AsyncHTTPClient", "async-http-client"),
            product("Hummingbird", "hummingbird"), product("HummingbirdTLS", "hummingbird"),
            product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
            product("NIOHTTP1", "swift-nio"), product("NIOPosix", "swift-nio"),
        ]
    ),
    room(
        "Upstreams",
        [
            "SwarmCore", "WireFormats", asyncAlgorithms, logging, product("AsyncHTTPClient", "async-http-client"),
            product("NIOCore", "swift-nio"), product("NIOHTTP1", "swift-nio"), product("NIOPosix", "swift-nio"),
            product("Subprocess", "swift-subprocess"),
        ]
    ),
    .executableTarget(
        name: "SwarmCLI",
        dependencies: [
            "SwarmCore", "Consensus", "Swarm", "WireFormats", "LlamaEngine", "HTTPAPI", "Observability", "Probes",
            "Sandboxing", "Hardware", "ModelCatalog", "ModelStore", "ToolRuntime", "Upstreams", "Federation",
            "MulticastDNS", logging,
            product("ArgumentParser", "swift-argument-parser"), product("AsyncHTTPClient", "async-http-client"),
            product("Configuration", "swift-configuration"), product("Crypto", "swift-crypto"),
            product("Hummingbird", "hummingbird"), product("ServiceLifecycle", "swift-service-lifecycle"),
            product("NIOCore", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            product("UnixSignals", "swift-service-lifecycle"), product("Yams", "Yams"),
        ],
        swiftSettings: strict
    ),
    // A target and not a package of its own: `package` access does not cross packages.
    .executableTarget(
        name: "SwarmBench",
        dependencies: [
            "SwarmCore", "Consensus", "Swarm", "LlamaEngine", logging,
            product("ArgumentParser", "swift-argument-parser"),
        ],
        path: "Benchmarks/SwarmBench",
        swiftSettings: strict
    ),
    .testTarget(
        name: "LlamaEngineTests",
        dependencies: [
            "LlamaEngine", "Swarm", "SwarmCore", "SwarmTestSupport", "ToolRuntime", "WireFormats", logging,
            product("InMemoryLogging", "swift-log"),
        ],
        exclude: ["Fixtures"],
        swiftSettings: strict
    ),
    .target(
        name: "HTTPTestSupport",
        dependencies: [
            "SwarmCore", "WireFormats", product("AsyncHTTPClient", "async-http-client"),
            product("NIOCore", "swift-nio"),
            product("NIOHTTP1", "swift-nio"), product("NIOPosix", "swift-nio"),
        ],
        path: "Tests/HTTPTestSupport",
        swiftSettings: strict
    ),
    tests(
        "HTTPAPI",
        [
            "HTTPAPI", "Swarm", "SwarmCore", "WireFormats", "SwarmTestSupport", "HTTPTestSupport", logging,
            product("Hummingbird", "hummingbird"), product("HummingbirdTesting", "hummingbird"),
        ]
    ),
    tests(
        "Observability",
        [
            "Observability", "SwarmCore", logging, product("GRDB", "GRDB.swift"),
            product("InMemoryLogging", "swift-log"),
        ]
    ),
    tests("Sandboxing", ["Sandboxing", "SwarmCore", product("Subprocess", "swift-subprocess"), logging]),
    tests(
        "SwarmCLI",
        [
            "SwarmCLI", "SwarmCore", "Hardware", "ModelCatalog", "ModelStore", "HTTPTestSupport", "Observability",
            "Federation", "ToolRuntime", "Upstreams", "WireFormats", logging,
        ]
    ),
    tests(
        "ModelStore",
        [
            "ModelStore", "ModelCatalog", "SwarmCore", "SwarmTestSupport", "HTTPTestSupport", logging,
        ]
    ),
    tests(
        "ToolRuntime",
        [
            "ToolRuntime", "HTTPAPI", "Sandboxing", "SwarmCore", "SwarmTestSupport", "HTTPTestSupport", logging,
            product("Hummingbird", "hummingbird"), product("HummingbirdTesting", "hummingbird"),
            product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"),
            product("Subprocess", "swift-subprocess"),
        ]
    ),
    .target(
        name: "NamespaceTestSupport",
        dependencies: ["SwarmTestSupport", product("Subprocess", "swift-subprocess")],
        path: "Tests/NamespaceTestSupport",
        swiftSettings: strict
    ),
    tests(
        "MulticastDNS",
        [
            "MulticastDNS", "SwarmCore", "SwarmTestSupport", "NamespaceTestSupport", "mdns-probe", logging,
            product("NIOCore", "swift-nio"),
            product("NIOPosix", "swift-nio"), product("Subprocess", "swift-subprocess"),
        ],
        resources: [.copy("Fixtures")]
    ),
    .executableTarget(
        name: "mdns-probe",
        dependencies: ["MulticastDNS", logging],
        path: "Tests/mdns-probe",
        swiftSettings: strict
    ),
    tests(
        "Federation",
        [
            "Federation", "Consensus", "ModelCatalog", "ModelStore", "Swarm", "MulticastDNS", "WireFormats",
            "SwarmCore",
            "SwarmTestSupport", logging,
            product("Crypto", "swift-crypto"), product("AsyncHTTPClient", "async-http-client"),
            product("Hummingbird", "hummingbird"), product("HummingbirdTLS", "hummingbird"),
            product("HTTPTypes", "swift-http-types"), product("InMemoryLogging", "swift-log"),
            product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio"), product("NIOHTTP1", "swift-nio"),
            product("NIOSSL", "swift-nio-ssl"), product("Subprocess", "swift-subprocess"),
        ]
    ),
    tests(
        "Upstreams",
        [
            "Upstreams", "Swarm", "SwarmCore", "WireFormats", "SwarmTestSupport", logging,
            product("InMemoryLogging", "swift-log"), product("Hummingbird", "hummingbird"),
            product("HummingbirdTesting", "hummingbird"), product("HTTPTypes", "swift-http-types"),
            product("NIOCore", "swift-nio"), product("Subprocess", "swift-subprocess"),
        ]
    ),
    .testTarget(
        name: "EndToEnd",
        dependencies: [
            "SwarmCore", "WireFormats", "ModelStore", "SwarmTestSupport", "HTTPTestSupport", "NamespaceTestSupport",
            logging,
            product("Hummingbird", "hummingbird"), product("HummingbirdTesting", "hummingbird"),
            product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
            product("Subprocess", "swift-subprocess"),
        ],
        swiftSettings: strict
    ),
]

let coreDependencies: [Package.Dependency] = [
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
]

let edgeDependencies: [Package.Dependency] = [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
]

let package = Package(
    name: "local-swarm",
    platforms: [.macOS(.v15)],
    products: coreOnly ? [] : [.executable(name: "swarm", targets: ["SwarmCLI"])],
    dependencies: coreDependencies + (coreOnly ? [] : edgeDependencies),
    targets: core + (coreOnly ? [] : edge),
    cxxLanguageStandard: .cxx17
)
