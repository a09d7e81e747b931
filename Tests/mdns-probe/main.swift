import Foundation
import Logging
import MulticastDNS

// A node without a swarm, for tests in network namespaces, and to look at a network by hand:
//
//   mdns-probe --type _x._tcp --host my-box --name "My Box" --port 4711 --text k=v --browse --interface eth0
//
// Each change is one line on standard output. Lines on standard input: `text k=v …` gives the service another text,
// `quit` or the end says goodbye and ends.

let arguments = Array(CommandLine.arguments.dropFirst())

func values(_ option: String) -> [String] {
    arguments.indices.filter { arguments[$0] == option && $0 + 1 < arguments.count }.map { arguments[$0 + 1] }
}

func text(_ words: [String]) throws(InvalidText) -> TextRecord {
    try TextRecord(
        words.map { word in
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return TextRecord.Entry(key: String(parts[0]), value: parts.count > 1 ? Array(parts[1].utf8) : nil)
        }
    )
}

func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

func line(_ change: ServiceChange) -> String {
    let service = change.service
    let word =
        switch change {
        case .added: "added"
        case .updated: "updated"
        case .removed: "removed"
        }
    let text = service.text.entries.map { entry in
        entry.key + (entry.value.map { "=" + String(decoding: $0, as: UTF8.self) } ?? "")
    }
    let addresses = service.addresses.map(\.description).joined(separator: ",")
    return "\(word)|\(service.name)|\(service.host)|\(service.port)|\(addresses)|\(text.joined(separator: " "))"
}

guard let type = values("--type").first.flatMap(ServiceType.init) else {
    say("usage: mdns-probe --type _x._tcp [--host H] [--name N --port P --text k=v …] [--browse] [--interface I …]")
    exit(2)
}

var settings = DiscoverySettings(hostName: values("--host").first ?? "mdns-probe")
if let name = values("--name").first {
    let port = values("--port").first.flatMap(UInt16.init) ?? 1
    settings.advertising = [try Service(type: type, name: name, port: port, text: text(values("--text")))]
}
if arguments.contains("--browse") { settings.browsing = [type] }
if !values("--interface").isEmpty { settings.interfaces.only = Set(values("--interface")) }
settings.interfaces.includesLoopback = arguments.contains("--loopback")
if let life = values("--life").first.flatMap(UInt32.init) { settings.lives.host = life }
settings.interfacePeriod = .milliseconds(500)

var logger = Logger(label: "mdns-probe") { StreamLogHandler.standardError(label: $0) }
logger.logLevel = arguments.contains("--verbose") ? .debug : .info
let discovery = try Discovery(settings, logger: logger)

let (commands, source) = AsyncStream.makeStream(of: String.self)
// Reading blocks, so it has a thread of its own.
Thread.detachNewThread {
    while let line = readLine() { source.yield(line) }
    source.finish()
}

await withTaskGroup(of: Void.self) { group in
    group.addTask { await discovery.run() }
    group.addTask { for await change in discovery.changes { say(line(change)) } }
    for await command in commands {
        let words = command.split(separator: " ").map(String.init)
        if words.first == "quit" { break }
        if words.first == "text", let text = try? text(Array(words.dropFirst())) { discovery.update(text) }
        if words.first == "status" { say("status|\(discovery.status)") }
    }
    group.cancelAll()
}
