import Foundation
import Observability
import SwarmCLI
import SwarmCore
import Testing

@Suite("Changing the configuration file")
struct SettingsFileTests {
    private func mode(_ path: String) throws -> Int? {
        (try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber)?.intValue
    }

    private func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    }

    @Test(arguments: [
        ("http:\n  port: 1 # one\n", "http:\n  port: 8080 # one\n"),
        ("http.port: 1\n", "http.port: 8080\n"),
        ("http:\n  names: a\n", "http:\n  names: a\n  port: 8080\n"),
        ("", "http:\n  port: 8080\n"),
    ])
    func aSettingIsFoundInEitherSpelling(before: String, after: String) throws {
        #expect(try SettingEdit.text(before, setting: [(.port, "8080")]) == after)
        #expect(try ConfigurationFile(yaml: after, path: "f").path == "f")
    }

    /// Every key can be set in an empty file and taken out again.
    @Test(arguments: SettingKey.allCases)
    func everyKeyCanBeSetAndTakenOut(key: SettingKey) throws {
        let text = try SettingEdit.text("# mine\n", setting: [(key, "some value")])
        let layers = Layers(flags: [:], environment: [:], file: try ConfigurationFile(yaml: text, path: "f"))
        #expect(try layers.given(key)?.text == "some value")
        #expect(try SettingEdit.text(text, setting: [(key, nil)]) == "# mine\n")
    }

    @Test func numbersAndSwitchesComeBackAsTheyWereGiven() throws {
        for value in ["8080", "007", "on", "off", "1e3", "null", "~", "a: b", "-1"] {
            let text = try SettingEdit.text("", setting: [(.modelName, value)])
            let layers = Layers(flags: [:], environment: [:], file: try ConfigurationFile(yaml: text, path: "f"))
            #expect(try layers.given(.modelName)?.text == value)
        }
    }

    @Test func aNewFileBelongsToItsUserOnly() throws {
        try withFolder { folder in
            let path = folder + "/new/config.yaml"
            #expect(try SettingsFile(path: path).change([(.port, "8080")], environment: [:]))
            #expect(try AtomicFile.text(of: path) == "http:\n  port: 8080\n")
            #expect(try mode(path) == 0o600)
            #expect(try mode(folder + "/new") == 0o700)
            let hasChanged = try SettingsFile(path: path).change([(.port, "8080")], environment: [:])
            #expect(!hasChanged)
        }
    }

    @Test func permissionsAndLinksStayUnlessAKeyGoesIn() throws {
        try withFolder { folder in
            try write("# mine\n", to: folder + "/real.yaml")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder + "/real.yaml")
            let link = folder + "/config.yaml"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.yaml")
            #expect(try SettingsFile(path: link).change([(.port, "8080")], environment: [:]))
            #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.yaml")
            #expect(try AtomicFile.text(of: folder + "/real.yaml") == "# mine\nhttp:\n  port: 8080\n")
            #expect(try mode(folder + "/real.yaml") == 0o644)
            #expect(try SettingsFile(path: link).change([(.apiKey, "sk-12345678")], environment: [:]))
            #expect(try mode(folder + "/real.yaml") == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
        }
    }

    @Test func aValueThatIsNotAllowedChangesNothing() throws {
        try withFolder { folder in
            let path = folder + "/config.yaml"
            try write("http:\n  port: 1\n", to: path)
            // The variable would hide it from a server started in this shell, not from others.
            let environment = [SettingKey.port.variable: "2"]
            let error = try #require(throws: SettingsError.self) {
                try SettingsFile(path: path).change([(.port, "eighty")], environment: environment)
            }
            #expect(error.description.hasPrefix("http.port is \"eighty\" in \(path): must be "))
            #expect(try AtomicFile.text(of: path) == "http:\n  port: 1\n")
        }
    }

    @Test func aFileThatCannotBeChangedSafelyIsLeftWithTheReason() throws {
        try withFolder { folder in
            let path = folder + "/config.yaml"
            try write("http: {host: localhost}\n", to: path)
            let error = try #require(throws: (any Error).self) {
                try SettingsFile(path: path).change([(.port, "2")], environment: [:])
            }
            #expect(words(for: error).contains("http.port is written in a way that cannot be changed"))
            #expect(try AtomicFile.text(of: path) == "http: {host: localhost}\n")
        }
    }

    @Test func copiesAreNeverWrittenOver() throws {
        try withFolder { folder in
            let path = folder + "/a.json"
            #expect(try AtomicFile.keepCopy(of: path) == nil)
            try write("one", to: path)
            #expect(try AtomicFile.keepCopy(of: path) == path + ".bak")
            #expect(try AtomicFile.keepCopy(of: path) == path + ".bak")
            try write("two", to: path)
            #expect(try AtomicFile.keepCopy(of: path) == path + ".bak2")
            #expect(try AtomicFile.text(of: path + ".bak") == "one")
            #expect(try AtomicFile.text(of: path + ".bak2") == "two")
        }
    }
}

@Suite("Settings as they take effect")
struct EffectiveSettingTests {
    private func all(
        flags: [SettingKey: String] = [:],
        environment: [String: String] = [:],
        yaml: String = ""
    ) throws -> [EffectiveSetting] {
        let file = try ConfigurationFile(yaml: yaml, path: "/etc/swarm.yaml")
        return try EffectiveSetting.all(Layers(flags: flags, environment: environment, file: file))
    }

    @Test func eachSettingSaysWhereItCameFrom() throws {
        let settings = try all(
            flags: [.port: "1"],
            environment: [SettingKey.port.variable: "2", SettingKey.queue.variable: "3"],
            yaml: "http.port: 4\nengine.queue: 5\nengine.cells: 600\n"
        )
        func setting(_ key: SettingKey) throws -> EffectiveSetting { try #require(settings.first { $0.key == key }) }
        #expect(settings.map(\.key) == SettingKey.allCases)
        #expect(try setting(.port).value == "1")
        #expect(try setting(.port).place == "--port")
        #expect(try setting(.queue).value == "3")
        #expect(try setting(.queue).place == "LOCAL_SWARM_ENGINE_QUEUE")
        #expect(try setting(.cells).value == "600")
        #expect(try setting(.cells).place == "/etc/swarm.yaml")
        #expect(try setting(.host).value == nil)
        #expect(try setting(.host).place == "default")
        #expect(settings.table.contains { $0.split(separator: " ") == ["http.host", "127.0.0.1", "default"] })
    }

    @Test func keysAreNeverShown() throws {
        let settings = try all(environment: [SettingKey.apiKey.variable: "sk-very-secret"])
        let text = settings.table.joined() + JSON.array(settings.map(\.json)).text
        #expect(!text.contains("sk-very-secret"))
        #expect(text.contains("LOCAL_SWARM_HTTP_API_KEY"))
        let key = try #require(settings.first { $0.key == .apiKey })
        #expect(key.json["value"] == "…")
    }

    @Test(arguments: [
        ("http://me:pass@box.lan/v1", "http://…@box.lan/v1"), ("https://a@b@c:1", "https://…@c:1"),
        ("http://box/@x", "http://box/@x"), ("box@lan", "box@lan"), ("~/m.gguf", "~/m.gguf"),
    ])
    func addressesAreShownWithoutPasswords(text: String, shown: String) {
        #expect(EffectiveSetting.withoutPassword(text) == shown)
    }

    @Test func theWordsOfDefaultsAreThoseThatHold() throws {
        let settings = try Settings(Layers(flags: [:], environment: [:], file: nil))
        #expect(SettingKey.port.defaultWords == "\(settings.port)")
        #expect(SettingKey.host.defaultWords == settings.host)
        #expect(SettingKey.sequences.defaultWords == "\(settings.sequences)")
        #expect(SettingKey.queue.defaultWords == "\(settings.queue)")
        #expect(SettingKey.gracePeriod.defaultWords == "\(settings.gracePeriod)")
        #expect(SettingKey.prefixSize.defaultWords == "\(settings.prefixSize)")
        #expect(SettingKey.strategy.defaultWords == settings.strategy.rawValue)
        #expect(SettingKey.contextMode.defaultWords == settings.contextMode.rawValue)
        #expect(SettingKey.logFormat.defaultWords == settings.logFormat.rawValue)
        #expect(SettingKey.status.defaultWords == settings.status.rawValue)
    }
}
