import Consensus
import SwarmCore
import Testing

@Suite struct StructuredVoteTests {
    private let shapes = ToolShapes(tools: [
        ToolSpec(
            name: "search",
            parameters: [
                "type": "object",
                "properties": [
                    "path": ["type": "string"], "pattern": ["type": "string"], "limit": ["type": "integer"],
                    "reason": ["type": "string"],
                ],
                "required": ["path", "pattern"], "not": ["required": ["limit", "never"]],
            ]
        )
    ])

    private func search(_ index: Int, _ path: String, _ pattern: String, _ rest: String = "") -> [ToolCall] {
        [ToolCall(id: "c\(index)", name: "search", arguments: #"{"path":"\#(path)","pattern":"\#(pattern)"\#(rest)}"#)]
    }

    @Test func argumentsOfTheMajorityMakeUpACallNobodyMade() throws {
        let candidates = [
            search(0, "b", "x", #","limit":5,"reason":"one""#), search(1, "a", "y", #","limit":"5","reason":"two""#),
            search(2, "a", "x", #","limit":6,"reason":"three""#), search(3, "a", "x", #","limit":5, "bogus": 1"#),
        ]
        let result = try #require(CallSynthesis.call(from: Array(candidates.prefix(3)), shapes: shapes))
        // The limit of 5 is written as a number by the first that has it.
        #expect(result.arguments == #"{"path":"a","pattern":"x","limit":5,"reason":"one"}"#)
        #expect(result.id == "c0")
        #expect(result.name == "search")
    }

    @Test func anArgumentMostLeaveOutIsLeftOut() {
        let candidates = [search(0, "b", "x", #","limit":5"#), search(1, "a", "y"), search(2, "a", "x")]
        #expect(CallSynthesis.call(from: candidates, shapes: shapes)?.arguments == #"{"path":"a","pattern":"x"}"#)
    }

    @Test func nothingIsPutTogetherWhereAConditionFails() {
        let (a, b, c) = (search(0, "b", "x"), search(1, "a", "y"), search(2, "a", "x"))
        let synthesis = { (candidates: [[ToolCall]]) in CallSynthesis.call(from: candidates, shapes: shapes) }
        #expect(synthesis([a, b, c]) != nil)
        #expect(synthesis([]) == nil)
        #expect(synthesis([a, b]) == nil)
        // Two agree on what the call is about.
        #expect(synthesis([a, b, c, search(3, "./a", "x")]) == nil)
        // No majority for an argument.
        #expect(synthesis([a, b, search(2, "c", "x")]) == nil)
        // Several calls, or none, or another tool.
        #expect(synthesis([a, b, c, a + b]) == nil)
        #expect(synthesis([a, b, c, []]) == nil)
        let other = ToolShapes(tools: [])
        let call = ToolCall(id: "o", name: "other", arguments: "{}")
        #expect(CallSynthesis.call(from: [a, b, c, [call]], shapes: other) == nil)
        // Flawed candidates do not vote.
        #expect(synthesis([a, b, c, [call]]) != nil)
        // The majority's value does not fit the schema as it is written.
        let strings = [#","limit":"5""#, #","limit":"5""#, ""]
        let odd = zip([("b", "x"), ("a", "y"), ("a", "x")], strings).map { search(0, $0.0, $0.1, $1) }
        #expect(synthesis(odd) == nil)
    }

    @Test func editsAreNotPutTogether() {
        let edits = [("a", "1"), ("b", "2"), ("a", "2")].map { path, limit in
            [
                ToolCall(
                    id: "",
                    name: "edit",
                    arguments: #"{"path":"\#(path)","n":\#(limit),"oldString":"x","newString":"y"}"#
                )
            ]
        }
        #expect(CallSynthesis.call(from: edits, shapes: ToolShapes(tools: [])) == nil)
    }

    private func calls(_ index: Int, _ paths: String...) -> [ToolCall] {
        paths.map { ToolCall(id: "c", name: "read", arguments: #"{"path":"\#($0)","n":\#(index == 9 ? "" : "1")}"#) }
    }

    @Test func parallelCallsThatMostMakeAreTaken() throws {
        let result = MajorityCalls.calls(
            in: [calls(0, "a", "b", "x"), calls(1, "./b", "a", "y"), calls(2, "b", "z", "a"), calls(9, "broken")],
            shapes: ToolShapes(tools: [])
        )
        let taken = try #require(result)
        #expect(taken.map(\.arguments) == [#"{"path":"a","n":1}"#, #"{"path":"b","n":1}"#])
        #expect(taken.map(\.id) == ["c", "c-2"])
    }

    @Test func repeatedCallsCountAsOftenAsMostMakeThem() {
        let shapes = ToolShapes(tools: [])
        let candidates = [calls(0, "a", "a", "x"), calls(1, "a", "a", "y"), calls(2, "a", "z")]
        #expect(MajorityCalls.calls(in: candidates, shapes: shapes)?.count == 2)
    }

    @Test func aSetOneCandidateMadeIsLeftToIt() {
        let shapes = ToolShapes(tools: [])
        #expect(
            MajorityCalls.calls(in: [calls(0, "a"), calls(1, "a", "b"), calls(2, "a", "c")], shapes: shapes) == nil
        )
        #expect(MajorityCalls.calls(in: [calls(0, "a"), calls(1, "b"), calls(2, "c")], shapes: shapes) == nil)
        #expect(MajorityCalls.calls(in: [], shapes: shapes) == nil)
    }
}

@Suite struct StructuredLeafVoteTests {
    static let votes: [(values: [JSON], majority: JSON, closest: Int, likeness: Double)] = [
        ([["a": 1, "b": 2], ["a": 1, "b": 3], ["a": 4, "b": 2]], ["a": 1, "b": 2], 0, 1),
        ([["a": 1, "b": 9], ["a": 1.0, "c": [1, 2]], ["a": 4, "c": [1, 3]]], ["a": 1, "c": [1]], 1, 2.0 / 3),
        ([[1, 2, 3], [1, 4, 3], [1, 5, 3]], [1, 3], 0, 2.0 / 3),
        ([["a": []], ["a": []], ["a": [1]]], ["a": []], 0, 1), ([1, 1, 2], 1, 0, 1), ([[:], [:]], [:], 0, 1),
        ([["x": ["y": true, "z": nil]], ["x": ["y": true]], ["x": 1]], ["x": ["y": true]], 1, 1),
    ]

    @Test(arguments: votes)
    func leavesMostHaveAreKept(_ vote: (values: [JSON], majority: JSON, closest: Int, likeness: Double)) throws {
        let result = try #require(LeafVote(vote.values))
        #expect(result.value == vote.majority)
        #expect(result.closest == vote.closest)
        #expect(abs(result.likeness - vote.likeness) < 1e-12)
        #expect(result.isValid)
    }

    @Test func halfIsNoMajority() {
        #expect(LeafVote([1, 2]) == nil)
        #expect(LeafVote([["a": 1], ["a": 2], ["b": 1]]) == nil)
        #expect(LeafVote([]) == nil)
        #expect(LeafVote([7])?.value == 7)
    }

    @Test func theSchemaSaysWhatIsEqualAndWhetherTheMajorityFits() throws {
        let schema = JSONSchema([
            "properties": ["n": ["type": "integer"], "d": ["default": 1], "s": ["uniqueItems": true]],
            "required": ["s"],
        ])
        let valid = try #require(
            LeafVote([["n": "1", "s": ["b", "a"]], ["n": 1, "s": ["a", "b"], "d": 1]], schema: schema)
        )
        #expect(valid.value == ["n": 1, "s": ["a", "b"]])
        #expect(valid.isValid)
        #expect(valid.likeness == 1)
        let invalid = try #require(LeafVote([["n": 1, "s": ["a"]], ["n": 1, "s": ["b"]]], schema: schema))
        #expect(invalid.value == ["n": 1])
        #expect(!invalid.isValid)
    }

    @Test func keysBySchemaLeaveDefaultsOut() {
        let schema = JSONSchema(["properties": ["a": ["default": 1], "b": ["type": "boolean"]]])
        #expect(CanonicalKey.json(["b": "TRUE", "a": 1.0], schema: schema) == #"{"b":true}"#)
        #expect(CanonicalKey.json(["b": true], schema: schema) == #"{"b":true}"#)
    }

    @Test(arguments: 0..<300)
    func theMajorityOfEqualValuesIsTheValue(_ seed: UInt64) throws {
        var random = Seeded(state: seed)
        let value = json(&random, depth: 4)
        let result = try #require(LeafVote([value, json(&random, depth: 3), value]))
        #expect(result.value == value)
        #expect(result.closest == 0)
        #expect(result.likeness == 1)
    }

    private func json(_ random: inout Seeded, depth: Int) -> JSON {
        switch Int.random(in: 0...(depth == 0 ? 1 : 3), using: &random) {
        case 0: return [nil, true, 1, "a"].randomElement(using: &random) ?? nil
        case 1: return .integer(Int.random(in: 0...3, using: &random))
        case 2: return .array((0..<Int.random(in: 0...12, using: &random)).map { _ in json(&random, depth: depth - 1) })
        default:
            let keys = ["a", "b", "0", ""].shuffled(using: &random).prefix(Int.random(in: 0...4, using: &random))
            return .object(JSON.Object(keys.map { (key: $0, value: json(&random, depth: depth - 1)) }))
        }
    }
}
