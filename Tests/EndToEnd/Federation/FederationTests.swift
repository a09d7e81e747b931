#if os(Linux)
import Foundation
import HTTPTestSupport
import NamespaceTestSupport
import SwarmCore
import SwarmTestSupport
import Testing

extension EndToEnd {
    @Suite(.withNamespaces, .timeLimit(.minutes(5))) struct FederationTests {}
}

extension EndToEnd.FederationTests {
    private static let six: [(String, JSON)] = [
        ("temperature", 0), ("seed", 1), ("swarm", ["n": 6, "strategy": "majority"]),
    ]

    private static let tool: JSON = [
        "type": "function",
        "function": [
            "name": "read_file",
            "parameters": ["type": "object", "properties": ["path": ["type": "string"]], "required": ["path"]],
        ],
    ]

    private func finished(_ answer: JSON) -> [String: Int] {
        let sources = answer["swarm"]?["sources"]?.arrayValue ?? []
        return Dictionary(
            sources.map { ($0["id"]?.stringValue ?? "", $0["n_finished"]?.intValue ?? 0) },
            uniquingKeysWith: +
        )
    }

    @Test func threeMachinesWithAJoinCodeFindEachOtherAndVote() async throws {
        try await ClusterOfNodes.with(3) { cluster in
            let started = ContinuousClock.now
            #expect(await cluster.meet())
            // Counted from when the last of them was ready.
            #expect(ContinuousClock.now - started < .seconds(5))
            let node = cluster.nodes[0]
            let dump = Task {
                try await cluster.network.run(in: 0, "timeout", ["12", "tcpdump", "-i", "br0", "-A", "-n", "-s", "0"])
            }
            try await Task.sleep(for: .seconds(1))

            // A vote that waits for everybody shows that everybody takes part.
            let patient: [(String, JSON)] = [
                ("temperature", 0), ("seed", 1), ("swarm", ["n": 6, "strategy": "quality"]),
            ]
            let answer = try await node.chat(.asking("What is 12 + 30?", patient))
            #expect(finished(answer)["node2"] ?? 0 > 0)
            #expect(finished(answer)["node3"] ?? 0 > 0)
            #expect(answer["swarm"]?["n_lost"] == 0)
            #expect(answer["swarm"]?["winner_source"]?.stringValue != nil)

            let quick = try await node.chat(.asking("What is 12 + 30?", Self.six))
            #expect(quick.content?.hasSuffix("Answer: 42") == true, "\(quick.text)")

            let streamed = try await node.ask(
                "chat/completions",
                .asking("What is 12 + 30?", Self.six + [("stream", true)])
            )
            #expect(streamed.text.contains("data: [DONE]"))
            #expect(streamed.text.contains("\"node2\""))

            let call = try await node.chat(
                .asking("Read the file notes.txt.", Self.six + [("tools", [Self.tool]), ("tool_choice", "required")])
            )
            #expect(call["choices"]?.arrayValue?.first?["finish_reason"] == "tool_calls")
            #expect((finished(call)["node2"] ?? 0) + (finished(call)["node3"] ?? 0) > 0)

            let seen = try await dump.value
            if seen.output.isEmpty {
                print("nothing of the network was looked at: \(seen.errors)")
            } else {
                #expect(seen.output.contains("17617"))
                for word in ["What is 12", "Answer: 42", "notes.txt", "read_file", "federation/vote"] {
                    #expect(!seen.output.contains(word), "\(word) was sent in the open")
                }
            }
        }
    }

    @Test(.enabled(if: Folder.hasSandbox, "there is no sandbox"))
    func whatAllVoteForIsCarriedOutOnceOnTheHead() async throws {
        try await Folder.with(["src/apple.py": "a = 1\n", "src/pear.py": "b = 2\n"]) { own in
            try await Folder.with(["src/plum.py": "c = 3\n"]) { others in
                let tools: @Sendable (Int) -> [String] = { number in
                    let folder = number == 1 ? own.path : others.path
                    return ["--tools", "--workspace", folder, "--tool-offer", "bash,read,write,webfetch"]
                }
                try await ClusterOfNodes.with(2, arguments: tools) { cluster in
                    #expect(await cluster.meet())
                    let (head, peer) = (cluster.nodes[0], cluster.nodes[1])
                    let answer = try await head.chat(.asking("List the files in src", Self.six))
                    #expect(answer.content?.contains("apple.py") == true, "\(answer.text)")
                    #expect(answer.content?.contains("plum.py") == false)
                    #expect(answer["swarm"]?["tools"]?.arrayValue?.count == 1)
                    #expect(answer["swarm"]?["sources"]?.arrayValue?.count == 2)
                    let runs: @Sendable (ClusterOfNodes.Node) -> Int = { node in
                        node.log.value.count { $0.contains("a tool was run") }
                    }
                    let isTold = await eventually(within: .seconds(5)) { runs(head) == 1 }
                    #expect(isTold)
                    #expect(runs(peer) == 0)
                }
            }
        }
    }

    @Test func anotherClusterOnTheSameNetworkIsListedAndNotUsed() async throws {
        try await ClusterOfNodes.with(2, cluster: { $0 == 1 ? "home" : "away" }) { cluster in
            let node = cluster.nodes[0]
            let isListed = await eventually(within: .seconds(10)) {
                let answer = try? await node.ask("federation/peers", limit: 5)
                return answer?.text.contains("node2") ?? false
            }
            #expect(isListed)
            #expect(await node.ready.isEmpty)
            let answer = try await node.chat(.asking("What is 12 + 30?", Self.six))
            #expect(answer.content?.hasSuffix("Answer: 42") == true)
            #expect(answer["swarm"]?["sources"] == nil)
        }
    }

    @Test(arguments: ["KILL", "STOP"])
    func aPeerThatDiesOrFreezesInMidAnswerCostsItsVotesOnly(_ signal: String) async throws {
        try await ClusterOfNodes.with(2) { cluster in
            #expect(await cluster.meet())
            let (node, peer) = (cluster.nodes[0], cluster.nodes[1])
            async let answer = node.chat(.endless(tokens: 300, [("swarm", ["n": 4])]), limit: 90)
            try await Task.sleep(for: .milliseconds(700))
            try await peer.signal(signal)
            let json = try await answer
            #expect(json["error"] == nil, "\(json.text)")
            #expect(json["choices"]?.arrayValue?.first?["finish_reason"] == "length")
            // Whoever asks next is answered without it, too.
            let next = try await node.chat(.asking("What is 12 + 30?", Self.six), limit: 90)
            #expect(next.content?.hasSuffix("Answer: 42") == true, "\(next.text)")
        }
    }

    @Test func aHeadThatDiesStopsItsPeersWithinASecond() async throws {
        try await ClusterOfNodes.with(2) { cluster in
            #expect(await cluster.meet())
            let (head, peer) = (cluster.nodes[0], cluster.nodes[1])
            let request = Task { try await head.chat(.endless(tokens: 3000, [("swarm", ["n": 4])])) }
            let isAtWork = await eventually(within: .seconds(15)) { await peer.running > 0 }
            #expect(isAtWork)
            try await head.signal("KILL")
            let isIdle = await eventually(within: .seconds(1)) { await peer.running == 0 }
            #expect(isIdle)
            _ = try? await request.value
        }
    }

    @Test func aNetworkThatLosesAThirdAndIsSlowStillAnswers() async throws {
        try await ClusterOfNodes.with(2) { cluster in
            #expect(await cluster.meet())
            let node = cluster.nodes[0]
            guard let means = try await cluster.network.degrade(2) else { return }
            for _ in 0..<5 {
                let answer = try await node.chat(.asking("What is 12 + 30?", Self.six))
                #expect(answer.content?.hasSuffix("Answer: 42") == true, "\(answer.text)")
            }
            if means != "netem" { #expect(try await cluster.network.lost(by: 2) ?? 0 > 0) }
        }
    }

    @Test func aPartitionCostsThePeerAndHealsByItself() async throws {
        try await ClusterOfNodes.with(2) { cluster in
            #expect(await cluster.meet())
            let node = cluster.nodes[0]
            try await cluster.network.ip("-n \(cluster.network.name(0)) link set v2 down")
            let answer = try await node.chat(.asking("What is 12 + 30?", Self.six))
            #expect(answer.content?.hasSuffix("Answer: 42") == true, "\(answer.text)")
            let isGone = await eventually(within: .seconds(20)) { await node.ready.isEmpty }
            #expect(isGone)
            try await cluster.network.ip("-n \(cluster.network.name(0)) link set v2 up")
            #expect(await cluster.meet(within: .seconds(40)))
        }
    }
}

extension ClusterOfNodes.Node {
    /// Sequences that its engine generates at the moment.
    fileprivate var running: Int {
        get async {
            guard let answer = try? await ask("health", limit: 5) else { return -1 }
            return (try? JSON(parsing: answer.text))?["engine"]?["running"]?.intValue ?? -1
        }
    }
}
#endif
