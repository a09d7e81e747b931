import SwarmCore
import Testing
import WireFormats

struct MessagesBodyErrorTests {
    @Test(arguments: [
        (#""temperature":2.5"#, "temperature", "expected a number from 0 to 2, got 2.5"),
        (#""top_p":1.01"#, "top_p", "expected a number from 0 to 1, got 1.01"),
        (#""max_tokens":-1"#, "max_tokens", "expected a whole number of at least 0, got -1"),
        (#""stop_sequences":["a",7]"#, "stop_sequences[1]", "expected a string, got 7"),
        (#""stream":1"#, "stream", "expected a boolean, got 1"), (#""model":7"#, "model", "expected a string, got 7"),
        (#""system":7"#, "system", "expected a string or an array, got 7"),
        (#""system":["a"]"#, "system[0]", #"expected an object, got "a""#),
        (#""system":[{"type":"text"}]"#, "system[0].text", "expected a string, got nothing"),
        (#""thinking":true"#, "thinking", "expected an object, got a boolean"),
        (#""thinking":{}"#, "thinking.type", "expected a string, got nothing"),
        (#""output_config":7"#, "output_config", "expected an object, got 7"),
        (#""output_config":{"effort":1}"#, "output_config.effort", "expected a string, got 1"),
        (
            #""output_config":{"format":{"type":"xml"}}"#, "output_config.format.type",
            #"expected json_schema, got "xml""#
        ),
        (
            #""output_format":{"type":"json_schema"}"#, "output_format.schema", "expected an object, got nothing"
        ),
        (#""swarm":5"#, "swarm", "expected a boolean or an object, got 5"),
        (#""swarm":{"n":0}"#, "swarm.n", "expected a whole number from 1 to 32, got 0"),
        (
            #""swarm":{"streaming":"x"}"#, "swarm.streaming",
            #"expected one of burst, leader, reasoning_leader, got "x""#
        ), (#""tools":{}"#, "tools", "expected an array, got an object"),
        (#""tools":[{"input_schema":{}}]"#, "tools[0].name", "expected a string, got nothing"),
        (#""tools":[{"name":""}]"#, "tools[0].name", #"expected a name, got """#),
        (#""tools":[{"name":"f","input_schema":[]}]"#, "tools[0].input_schema", "expected an object, got an array"),
        (#""tool_choice":"auto""#, "tool_choice", #"expected an object, got "auto""#),
        (#""tool_choice":{"type":"any"}"#, "tool_choice", "there are no tools to choose from"),
        (#""tool_choice":{"type":"x"}"#, "tool_choice.type", #"expected auto, any, tool or none, got "x""#),
        (
            #""tools":[{"name":"f"}],"tool_choice":{"type":"tool","name":"g"}"#, "tool_choice.name",
            #"expected the name of a tool, got "g""#
        ),
        (
            #""tool_choice":{"type":"auto","disable_parallel_tool_use":1}"#, "tool_choice.disable_parallel_tool_use",
            "expected a boolean, got 1"
        ),
    ])
    func aWrongFieldIsNamed(fields: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) {
            try MessagesBody.decode(with: fields)
        }
    }

    @Test(arguments: [
        ("[]", "messages", "expected at least one message"), ("{}", "messages", "expected an array, got an object"),
        (#"[{"content":"x"}]"#, "messages[0].role", "expected a string, got nothing"),
        (
            #"[{"role":"tool","content":"x"}]"#, "messages[0].role",
            #"expected user, assistant or system, got "tool""#
        ), (#"[{"role":"user","content":7}]"#, "messages[0].content", "expected a string or an array, got 7"),
        (#"[{"role":"user","content":[7]}]"#, "messages[0].content[0]", "expected an object, got 7"),
        (#"[{"role":"user","content":[{}]}]"#, "messages[0].content[0].type", "expected a string, got nothing"),
        (
            #"[{"role":"user","content":[{"type":"tool_result"}]}]"#, "messages[0].content[0].tool_use_id",
            "expected a string, got nothing"
        ),
        (
            #"[{"role":"user","content":[{"type":"tool_use"}]}]"#, "messages[0].content[0].type",
            "a tool_use belongs in a message of the assistant"
        ),
        (
            #"[{"role":"assistant","content":[{"type":"tool_result"}]}]"#, "messages[0].content[0].type",
            "a tool_result belongs in a message of the user"
        ),
        (
            #"[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":"{}"}]}]"#,
            "messages[0].content[0].input", #"expected an object, got "{}""#
        ),
        (
            #"[{"role":"user","content":[{"type":"document"}]}]"#, "messages[0].content[0].source",
            "expected an object, got nothing"
        ),
    ])
    func aWrongMessageIsNamed(messages: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) {
            try MessagesBody.messages(messages)
        }
    }

    @Test(arguments: [
        (#"{"type":"image","source":{"type":"base64"}}"#, ""),
        (#"{"type":"document","source":{"type":"base64","media_type":"application/pdf"}}"#, ""),
        (#"{"type":"document","source":{"type":"url","url":"u"}}"#, ""),
        (#"{"type":"document","source":{"type":"content","content":[{"type":"image"}]}}"#, ".source.content[0]"),
    ])
    func whatCannotBeReadIsRefusedByItsPath(block: String, place: String) {
        for role in ["user", "assistant"] {
            #expect(
                throws: WireError.unsupported(
                    parameter: "messages[1].content[0]" + place,
                    reason: "this model reads text only"
                )
            ) {
                try MessagesBody.messages(#"[{"role":"user","content":"x"},{"role":"\#(role)","content":[\#(block)]}]"#)
            }
        }
    }

    @Test func aBodyThatIsNoObjectIsRefused() {
        #expect(throws: WireError.invalidParameter(name: "body", reason: "expected an object, got an array")) {
            try MessagesBody.decode([])
        }
        #expect(throws: WireError.malformedJSON(JSONSyntaxError(reason: "expected a key in quotes", offset: 1))) {
            try MessagesBody.decode(Array("{".utf8), id: ChatBody.testID)
        }
    }
}
