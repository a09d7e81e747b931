import Probes
import SwarmCore
import Testing

@Suite struct ProbeReaderTests {
    @Test func everyPartOfALineIsRead() throws {
        let text = #"""
            {"tools": [{"name": "beep", "description": "Make a sound", "parameters": {"type": "object"}}]}

            {"id": "a", "kind": "number", "prompt": "1 + 1?", "answer": 2}
            {"id": "b", "kind": "tool_call", "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Beep twice."}], "tools": ["beep", {"type": "function", "function": {"name": "ring"}}], "calls": [{"name": "beep", "arguments": {"n": 1}, "anyOf": {"loud": [true, null]}, "ignore": ["why"]}, {"name": "beep"}]}
            {"id": "c", "kind": "code", "prompt": "f?", "tests": ["assert f() == 1"], "entry": "f", "reference": "def f(): return 1"}
            """#
        let probes = try ProbeSet.read(jsonLines: text)
        #expect(probes.map(\.id) == ["a", "b", "c"])
        #expect(probes.map(\.kind) == [.number, .toolCall, .code])
        #expect(probes[0].expectation == .answer(["2"]))
        #expect(probes[0].request.messages == [Message(role: .user, content: "1 + 1?")])
        #expect(!probes[0].request.parallelToolCalls)
        #expect(
            probes[1].request.messages == [
                Message(role: .system, content: "Be brief."), Message(role: .user, content: "Beep twice."),
            ]
        )
        #expect(probes[1].request.tools.map(\.name) == ["beep", "ring"])
        #expect(probes[1].request.tools.first?.summary == "Make a sound")
        #expect(probes[1].request.parallelToolCalls)
        let loud = ExpectedCall(
            name: "beep",
            arguments: JSON.Object([("n", 1)]),
            alternatives: ["loud": [true, nil]],
            ignored: ["why"]
        )
        #expect(probes[1].expectation == .calls([loud, ExpectedCall(name: "beep")]))
        #expect(probes[2].expectation == .tests(entry: "f", tests: ["assert f() == 1"]))
        #expect(probes[2].reference == "def f(): return 1")
    }

    @Test(arguments: [
        ("{oops", "line 1: no JSON: expected a key in quotes at byte 1"),
        ("\n\n[1]", "line 3: expected an object, found an array"),
        (#"{"kind": "number"}"#, "line 1: \"id\" is missing"),
        (
            #"{"id": "a", "kind": "poem"}"#,
            "line 1: the kind poem cannot be measured; these can: number, choice, short, tool_call, code"
        ),
        (
            #"{"id": "a", "kind": "prose"}"#,
            "line 1: the kind prose cannot be measured; these can: number, choice, short, tool_call, code"
        ),
        (#"{"id": "a", "kind": "short", "answer": "x"}"#, "line 1: \"prompt\" is missing"),
        (
            #"{"id": "a", "kind": "short", "prompt": 5, "answer": "x"}"#,
            "line 1: \"prompt\" must be a text, found a number"
        ),
        (#"{"id": "a", "kind": "short", "prompt": "?"}"#, "line 1: \"answer\" is missing"),
        (#"{"id": "a", "kind": "short", "prompt": "?", "answer": []}"#, "line 1: \"answer\" is empty"),
        (
            #"{"id": "a", "kind": "short", "prompt": "?", "answer": true}"#,
            "line 1: \"answer\" must be a text or a list of texts, found a boolean"
        ),
        (#"{"id": "a", "kind": "number", "prompt": "?", "answer": "many"}"#, "line 1: many is no number"),
        (
            #"{"id": "a", "kind": "choice", "prompt": "?\nA) x\nB) y", "answer": "C"}"#,
            "line 1: C is none of the options"
        ),
        (#"{"id": "a", "kind": "code", "prompt": "?", "tests": []}"#, "line 1: \"tests\" is empty"),
        (#"{"id": "a", "kind": "tool_call", "prompt": "?"}"#, "line 1: \"calls\" is missing"),
        (
            #"{"id": "a", "kind": "tool_call", "prompt": "?", "tools": ["f"], "calls": []}"#,
            "line 1: no line above defines the tool f"
        ),
        (
            #"{"id": "a", "kind": "tool_call", "prompt": "?", "calls": [{"name": "f", "arguments": "x"}]}"#,
            "line 1: \"arguments\" must be an object, found a string"
        ),
        (
            #"{"id": "a", "kind": "short", "messages": [{"role": "king", "content": ""}], "answer": "x"}"#,
            "line 1: there is no role king"
        ),
        (
            #"{"id": "a", "kind": "short", "messages": [{"role": "system", "content": ""}], "answer": "x"}"#,
            "line 1: no message is the user's"
        ),
        (
            "{\"id\": \"a\", \"kind\": \"number\", \"prompt\": \"?\", \"answer\": 1}\n{\"id\": \"a\", \"kind\": \"number\"}",
            "line 2: the id a was used before"
        ),
    ])
    func aMalformedLineIsNamed(_ text: String, _ message: String) throws {
        let error = #expect(throws: ProbeError.self) { try ProbeSet.read(jsonLines: text) }
        #expect(try #require(error).description == message)
    }
}
