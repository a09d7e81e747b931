import SwarmCore
import Testing
import WireFormats

struct ResponsesBodyErrorTests {
    @Test(arguments: [
        (#""temperature":3"#, "temperature", "expected a number from 0 to 2, got 3"),
        (#""top_p":"a""#, "top_p", #"expected a number from 0 to 1, got "a""#),
        (#""top_logprobs":21"#, "top_logprobs", "expected a whole number from 0 to 20, got 21"),
        (#""max_output_tokens":0"#, "max_output_tokens", "expected a whole number of at least 1, got 0"),
        (#""instructions":[]"#, "instructions", "expected a string, got an array"),
        (#""store":1"#, "store", "expected a boolean, got 1"), (#""stream":1"#, "stream", "expected a boolean, got 1"),
        (#""metadata":"a""#, "metadata", #"expected an object, got "a""#),
        (#""user":7"#, "user", "expected a string, got 7"), (#""model":7"#, "model", "expected a string, got 7"),
        (#""include":"a""#, "include", #"expected an array, got "a""#),
        (#""truncation":7"#, "truncation", "expected a string, got 7"),
        (#""reasoning":"low""#, "reasoning", #"expected an object, got "low""#),
        (#""reasoning":{"effort":1}"#, "reasoning.effort", "expected a string, got 1"),
        (#""text":"json""#, "text", #"expected an object, got "json""#),
        (
            #""text":{"format":{"type":"xml"}}"#, "text.format.type",
            #"expected text, json_object or json_schema, got "xml""#
        ),
        (
            #""text":{"format":{"type":"json_schema","name":"n"}}"#, "text.format.schema",
            "expected an object, got nothing"
        ),
        (#""tools":[7]"#, "tools[0]", "expected an object, got 7"),
        (#""tools":[{"type":"function"}]"#, "tools[0].name", "expected a string, got nothing"),
        (#""tools":[{"type":"custom","name":""}]"#, "tools[0].name", #"expected a name, got """#),
        (
            #""tools":[{"type":"function","name":"f","parameters":[]}]"#, "tools[0].parameters",
            "expected an object, got an array"
        ),
        (#""tool_choice":"required""#, "tool_choice", "there are no tools to choose from"),
        (
            #""tool_choice":{"type":"function","name":"g"}"#, "tool_choice.name",
            #"expected the name of a tool, got "g""#
        ),
        (
            #""tools":[{"name":"f"}],"tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"name":"g"}]}"#,
            "tool_choice", "there are no tools to choose from"
        ),
        (#""tool_choice":{"type":"allowed_tools"}"#, "tool_choice.tools", "expected an array, got nothing"),
        (#""swarm":5"#, "swarm", "expected a boolean or an object, got 5"),
        (#""swarm":{"n":33}"#, "swarm.n", "expected a whole number from 1 to 32, got 33"),
        (#""previous_response_id":7"#, "previous_response_id", "expected a string, got 7"),
    ])
    func aWrongFieldIsNamedWithWhatWasExpected(fields: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) {
            try ResponsesBody.decode(with: fields)
        }
    }

    @Test(arguments: [
        ("null", "input", "expected a string or an array, got nothing"),
        ("{}", "input", "expected a string or an array, got an object"),
        ("[]", "input", "expected at least one message"), ("[7]", "input[0]", "expected an object, got 7"),
        ("[{}]", "input[0].type", "expected the type of an item, got nothing"),
        (#"[{"type":"message"}]"#, "input[0].role", "expected a string, got nothing"),
        (#"[{"role":"tool"}]"#, "input[0].role", #"expected system, developer, user or assistant, got "tool""#),
        (#"[{"role":"user","content":7}]"#, "input[0].content", "expected a string or an array, got 7"),
        (#"[{"role":"user","content":[{}]}]"#, "input[0].content[0].type", "expected a string, got nothing"),
        (
            #"[{"role":"user","content":[{"type":"input_text"}]}]"#, "input[0].content[0].text",
            "expected a string, got nothing"
        ),
        (#"[{"type":"reasoning","summary":"a"}]"#, "input[0].summary", #"expected an array, got "a""#),
        (
            #"[{"role":"user","content":"a"},{"type":"function_call","name":"f"}]"#, "input[1].call_id",
            "expected a string, got nothing"
        ),
        (#"[{"type":"function_call","call_id":"c"}]"#, "input[0].name", "expected a string, got nothing"),
        (
            #"[{"type":"function_call_output","call_id":"c","output":7}]"#, "input[0].output",
            "expected a string or an array, got 7"
        ),
        (#"[{"type":"local_shell_call","call_id":"c"}]"#, "input[0].action", "expected an object, got nothing"),
        (#"[{"type":"item_reference"}]"#, "input[0].id", "expected a string, got nothing"),
    ])
    func aWrongItemIsNamedWithWhatWasExpected(input: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) {
            try ResponsesBody.decode(input: input)
        }
    }

    @Test(arguments: [
        (#"[{"role":"user","content":[{"type":"input_image","image_url":"data:"}]}]"#, "input[0].content[0]"),
        (
            #"[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_file"}]}]"#,
            "input[0].content[1]"
        ),
        (
            #"[{"type":"function_call_output","call_id":"c","output":[{"type":"input_image"}]}]"#,
            "input[0].output[0]"
        ),
    ])
    func picturesAndFilesAreRefusedByTheirPlace(input: String, place: String) {
        #expect(throws: WireError.unsupported(parameter: place, reason: "this model reads text only")) {
            try ResponsesBody.decode(input: input)
        }
    }

    @Test(arguments: ["conversation", "prompt"])
    func whatIsKeptElsewhereIsRefused(name: String) {
        let error = WireError.unsupported(
            parameter: name,
            reason: "this server keeps no \(name)s; send the turns as input"
        )
        #expect(throws: error) { try ResponsesBody.decode(with: #""\#(name)":{"id":"x"}"#) }
    }

    @Test func aBodyThatIsNotJSONOrNoObjectIsRefused() {
        #expect(throws: WireError.self) { try ResponsesBody.decode("x") }
        #expect {
            try ResponsesBody.decode(Array("{".utf8), id: ResponsesBody.testID, previous: { _ in nil })
        } throws: { error in
            if case .malformedJSON = error as? WireError { true } else { false }
        }
    }
}
