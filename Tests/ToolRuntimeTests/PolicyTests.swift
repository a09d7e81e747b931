import SwarmCore
import Testing

@testable import ToolRuntime

struct PolicyTests {
    private func policy(_ rules: [(ToolDecision, String)], fallback: ToolDecision = .ask) throws -> ToolPolicy {
        ToolPolicy(rules: try rules.map { try ToolRule($0, $1) }, fallback: fallback)
    }

    @Test func theLastRuleThatIsForACallCounts() throws {
        let policy = try policy([(.deny, "*"), (.allow, "read"), (.deny, "read(*.env)"), (.allow, "write(src/**)")])
        #expect(policy.decision(for: .read, path: "a.txt") == .allow)
        #expect(policy.decision(for: .read, path: "deep/in/.env") == .deny)
        #expect(policy.decision(for: .write, path: "src/a/b.py") == .allow)
        #expect(policy.decision(for: .write, path: "src") == .deny)
        #expect(policy.decision(for: .write, path: "other/src/a.py") == .deny)
        #expect(policy.decision(for: .todoread) == .deny)
        #expect(ToolPolicy(fallback: .ask).decision(for: .write, path: "a") == .ask)
    }

    @Test(arguments: [
        ("git status", ToolDecision.allow), ("git", .allow), ("git log | head", .ask), ("git log | git grep x", .allow),
        ("git status; rm -rf /", .deny), ("git status && ls", .ask), ("git status & rm x", .deny),
        ("git status\nrm x", .deny), ("git log $(rm x)", .deny), ("git log `ls`", .ask), ("git log > f", .ask),
        ("git log 2>&1", .allow), ("git log 2>/dev/null", .allow), ("git log >/dev/null.x", .ask),
        ("git log <(ls)", .ask), ("git commit -m 'a; rm b'", .allow), ("git commit -m 'a", .ask),
        ("git $X", .ask), ("gitx", .ask), ("(git status)", .ask), ("echo 'git '; git status", .ask),
        ("git log \"$(ls)\"", .ask), ("git log \"a\\\"; rm x\"", .allow), ("", .ask),
    ])
    func commandsAreJudgedByTheirParts(command: String, decision: ToolDecision) throws {
        let policy = try policy([(.allow, "bash(git *)"), (.deny, "bash(rm *)")])
        #expect(policy.decision(command: command) == decision)
    }

    @Test func aRuleForAllCommandsIsForThoseThatCannotBeTakenApartToo() throws {
        let policy = try policy([(.allow, "bash"), (.deny, "bash(rm *)")])
        #expect(policy.decision(command: "echo $(date) > f") == .allow)
        #expect(policy.decision(command: "echo $(rm x)") == .deny)
    }

    @Test func hostsAreComparedWholeOrFromADot() throws {
        let policy = try policy([(.allow, "webfetch(domain:example.org)"), (.allow, "webfetch(domain:*.swift.org)")])
        #expect(policy.decision(for: .webfetch, host: "example.org") == .allow)
        #expect(policy.decision(for: .webfetch, host: "evil-example.org") == .ask)
        #expect(policy.decision(for: .webfetch, host: "www.swift.org") == .allow)
        #expect(policy.decision(for: .webfetch, host: "swift.org") == .ask)
        #expect(policy.decision(for: .webfetch, host: "xswift.org") == .ask)
    }

    @Test(arguments: ["shell", "read(", "read()", "todoread(x)", "*(x)", "webfetch(example.org)", "read(x"])
    func whatIsNoRuleIsAnError(text: String) {
        #expect(throws: ToolRuleError.self) { try ToolRule(.allow, text) }
    }

    @Test func whatMustBeAskedIsAskedAndGoesOnWhenAllowed() async throws {
        try await Room.with(policy: try policy([(.allow, "read"), (.deny, "edit")])) { room in
            let asked = await room.call("write", ["filePath": "a.txt", "content": "x"])
            #expect(asked.status == .asks)
            #expect(asked.question?.options == ["allow", "deny"])
            #expect(asked.text.contains("a.txt"))
            #expect(room.text("a.txt") == nil)
            let allowed = await room.call("write", ["filePath": "a.txt", "content": "x"], isApproved: true)
            #expect(allowed.status == .done)
            #expect(room.text("a.txt") == "x")
            let denied = await room.call(
                "edit",
                ["filePath": "a.txt", "oldString": "x", "newString": "y"],
                isApproved: true
            )
            #expect(denied.status == .refused)
            #expect(room.text("a.txt") == "x")
        }
    }

    @Test func policyLooksAtWhereALinkLeads() async throws {
        try await Room.with(policy: try policy([(.allow, "*"), (.deny, "read(keys/**)")])) { room in
            try room.put("key", at: "keys/a")
            try room.link("harmless", to: "keys/a")
            #expect(await room.call("read", ["filePath": "harmless"]).status == .refused)
            #expect(await room.call("read", ["filePath": "x/../keys/./a"]).status != .done)
            #expect(await room.call("read", ["filePath": "keys/../keys/./a"]).status == .refused)
            #expect(!(await room.call("grep", ["pattern": "key"]).text.contains("keys/a")))
        }
    }
}
