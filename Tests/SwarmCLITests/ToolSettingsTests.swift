import SwarmCLI
import SwarmCore
import Testing
import ToolRuntime

struct ToolSettingsTests {
    private func settings(
        _ flags: [SettingKey: String] = [:],
        environment: [String: String] = [:]
    ) throws -> ToolSettings {
        try Settings(Layers(flags: flags, environment: environment, file: nil)).tools
    }

    @Test func nothingRunsUnlessTheOperatorSaysSo() throws {
        #expect(try settings() == ToolSettings())
        #expect(try !settings([.toolWorkspace: "/tmp"]).runs)
        #expect(try settings([.tools: "on"]).runs)
        #expect(try settings([.toolHost: "http://10.0.0.1:17616"]).runs)
        #expect(try settings([.toolHost: "machine"]).host == .machine)
        #expect(try !settings([.toolHost: "machine", .tools: "off"]).runs)
    }

    @Test func rulesAreReadInTheirOrder() throws {
        let policy = try settings([.toolPolicy: "ask bash; allow bash(git *) ;Deny read(*.env);"]).policy
        #expect(policy.decision(command: "make") == .ask)
        #expect(policy.decision(command: "git status") == .allow)
        #expect(policy.decision(for: .read, path: "a/x.env") == .deny)
        #expect(policy.decision(for: .read, path: "a/x.txt") == .allow)
    }

    @Test(arguments: [
        (SettingKey.toolPolicy, "bash", "rules such as"), (.toolPolicy, "allow shell", "there is no tool 'shell'"),
        (.toolPolicy, "deny todoread(x)", "nothing here"), (.toolHost, "host", "an address such as"),
        (.toolHost, "http://me:secret@host", "an address such as"), (.toolOffer, "read,fly", "names separated by"),
        (.toolOffer, "", "names separated by"), (.toolPlaces, "127.0.0.1:0", "HOST, ADDRESS"),
        (.toolSteps, "0", "from 1 to 1000"), (.toolTime, "4000", "from 1 to 3600"),
        (.toolSandbox, "maybe", "on or off"),
    ])
    func aWrongValueIsAnErrorThatSaysWhatIsAllowed(key: SettingKey, value: String, words: String) {
        let error = #expect(throws: SettingsError.self) { try settings([key: value]) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
        #expect(error?.description.hasPrefix(key.flag) == true)
    }

    @Test func aKeyStaysOutOfMessages() throws {
        #expect(SettingKey.toolKey.isSecret)
        #expect(!SettingKey.toolBudget.isSecret)
        let error = #expect(throws: SettingsError.self) { try settings([.toolKey: "a secret"]) }
        #expect(error?.description.contains("secret") == false)
        #expect(try settings(environment: ["LOCAL_SWARM_TOOLS_KEY": "sk-1"]).key == "sk-1")
    }

    @Test func theToolsOnOfferKeepTheirOrder() throws {
        #expect(try settings([.toolOffer: "list, read"]).offer == [.read, .list])
        #expect(try settings([.toolPlaces: "127.0.0.1:8000, docs.lan"]).places.count == 2)
    }

    @Test func theWordsOfDefaultsAreTheDefaults() {
        let settings = ToolSettings()
        #expect(SettingKey.toolPort.defaultWords == "\(settings.port)")
        #expect(SettingKey.toolTime.defaultWords == "\(settings.time)")
        #expect(SettingKey.toolLongTime.defaultWords == "\(settings.longTime)")
        #expect(SettingKey.toolSteps.defaultWords == "\(settings.steps)")
        #expect(SettingKey.toolLoopTime.defaultWords == "\(settings.loopTime)")
        #expect(SettingKey.toolBudget.defaultWords == "\(settings.budget)")
    }

    // MARK: Where tools work

    @Test(
        arguments: [
            ("/home/me/code/app/src/deep", ["/home/me/code/app/Package.swift"], "/home/me/code/app"),
            ("/home/me/code/app", ["/home/me/code/app/.git", "/home/me/code/.git"], "/home/me/code/app"),
            (
                "/home/me/code/app/web", ["/home/me/code/app/.git", "/home/me/code/app/web/package.json"],
                "/home/me/code/app/web"
            ),
            ("/srv/app/x", ["/srv/app/go.mod"], "/srv/app"), ("/home/me/notes", [], nil),
            // Neither a home folder nor what is above it is a project.
            ("/home/me/notes", ["/home/me/.git", "/home/.git", "/.git"], nil), ("/home/me", ["/home/me/.git"], nil),
            ("/", ["/.git"], nil),
        ] as [(String, [String], String?)]
    )
    func theWorkspaceIsTheProjectAround(folder: String, marks: [String], root: String?) {
        #expect(ProjectRoot.find(from: folder, home: "/home/me") { marks.contains($0) } == root)
    }

    @Test(
        arguments: [
            ([("lo", "127.0.0.1"), ("eth0", "192.168.1.5")], "192.168.1.5"),
            ([("docker0", "172.17.0.1"), ("eth0", "10.1.2.3")], "10.1.2.3"),
            ([("eth0", "8.8.8.8"), ("eth1", "172.20.0.3")], "172.20.0.3"), ([("eth0", "8.8.8.8")], "8.8.8.8"),
            ([("eth0", "169.254.1.1"), ("lo", "127.0.0.1"), ("eth0", "fe80::1")], nil), ([], nil),
        ] as [([(interface: String, address: String)], String?)]
    )
    func theAddressIsThatOfTheLocalNetwork(addresses: [(interface: String, address: String)], found: String?) {
        #expect(LocalAddress.choose(addresses) == found)
    }
}
