import SwarmCore
import Testing
import WireFormats

struct ChatBodyErrorTests {
    @Test(arguments: [
        (#""temperature":2.5"#, "temperature", "expected a number from 0 to 2, got 2.5"),
        (#""temperature":-1"#, "temperature", "expected a number from 0 to 2, got -1"),
        (#""temperature":"hot""#, "temperature", #"expected a number from 0 to 2, got "hot""#),
        (#""temperature":1e999"#, "temperature", "expected a number from 0 to 2, got 1e999"),
        (#""top_p":1.01"#, "top_p", "expected a number from 0 to 1, got 1.01"),
        (#""top_k":1.5"#, "top_k", "expected a whole number of at least -1, got 1.5"),
        (#""min_p":-0.1"#, "min_p", "expected a number from 0 to 1, got -0.1"),
        (#""repeat_penalty":0"#, "repeat_penalty", "expected a number from 0.1 to 10, got 0"),
        (#""repetition_penalty":11"#, "repetition_penalty", "expected a number from 0.1 to 10, got 11"),
        (#""presence_penalty":3"#, "presence_penalty", "expected a number from -2 to 2, got 3"),
        (#""frequency_penalty":true"#, "frequency_penalty", "expected a number from -2 to 2, got a boolean"),
        (#""logit_bias":[]"#, "logit_bias", "expected an object, got an array"),
        (#""logit_bias":{"a":1}"#, "logit_bias.a", "expected token ids as keys"),
        (#""logit_bias":{"-1":1}"#, "logit_bias.-1", "expected token ids as keys"),
        (#""logit_bias":{"7":101}"#, "logit_bias.7", "expected a number from -100 to 100, got 101"),
        (#""seed":"7""#, "seed", "expected a whole number, got \"7\""),
        (#""seed":1.5"#, "seed", "expected a whole number of 64 bits, got 1.5"),
        (#""seed":18446744073709551616"#, "seed", "expected a whole number of 64 bits, got 18446744073709551616"),
        (#""logprobs":1"#, "logprobs", "expected a boolean, got 1"),
        (#""top_logprobs":3"#, "top_logprobs", "logprobs must be true as well"),
        (#""logprobs":true,"top_logprobs":21"#, "top_logprobs", "expected a whole number from 0 to 20, got 21"),
        (#""max_tokens":0"#, "max_tokens", "expected a whole number of at least 1, got 0"),
        (#""max_tokens":-2,"max_completion_tokens":5"#, "max_tokens", "expected a whole number of at least 1, got -2"),
        (#""max_completion_tokens":"9""#, "max_completion_tokens", #"expected a whole number of at least 1, got "9""#),
        (#""stop":7"#, "stop", "expected a string or an array, got 7"),
        (#""stop":["a",7]"#, "stop[1]", "expected a string, got 7"),
        (
            #""stop":["1","2","3","4","5","6","7","8","9","a","b","c","d","e","f","g","h"]"#, "stop",
            "expected at most 16 strings, got 17"
        ),
        (#""n":0"#, "n", "expected a whole number from 1 to 16, got 0"),
        (#""n":17"#, "n", "expected a whole number from 1 to 16, got 17"),
        (#""swarm":5"#, "swarm", "expected a boolean or an object, got 5"),
        (#""swarm":{"n":33}"#, "swarm.n", "expected a whole number from 1 to 32, got 33"),
        (#""swarm":{"n":0}"#, "swarm.n", "expected a whole number from 1 to 32, got 0"),
        (#""n":2,"swarm":{"n":3}"#, "swarm.n", "n asks for 2 choices without a vote; send one of the two"),
        (#""stream":"yes""#, "stream", #"expected a boolean, got "yes""#),
        (#""stream_options":true"#, "stream_options", "expected an object, got a boolean"),
        (#""stream_options":{"include_usage":1}"#, "stream_options.include_usage", "expected a boolean, got 1"),
        (#""model":7"#, "model", "expected a string, got 7"),
        (#""prompt_cache_key":[]"#, "prompt_cache_key", "expected a string, got an array"),
        (#""reasoning_effort":1"#, "reasoning_effort", "expected a string, got 1"),
        (#""chat_template_kwargs":"x""#, "chat_template_kwargs", #"expected an object, got "x""#),
        (#""parallel_tool_calls":0"#, "parallel_tool_calls", "expected a boolean, got 0"),
        (#""response_format":"json""#, "response_format", #"expected an object, got "json""#),
        (#""response_format":{}"#, "response_format.type", "expected a string, got nothing"),
        (
            #""response_format":{"type":"xml"}"#, "response_format.type",
            #"expected text, json_object or json_schema, got "xml""#
        ),
        (
            #""response_format":{"type":"json_schema"}"#, "response_format.json_schema",
            "expected an object, got nothing"
        ),
        (
            #""response_format":{"type":"json_schema","json_schema":{"schema":[]}}"#,
            "response_format.json_schema.schema",
            "expected an object, got an array"
        ),
        (#""tools":{}"#, "tools", "expected an array, got an object"),
        (#""tools":[7]"#, "tools[0]", "expected an object, got 7"),
        (#""tools":[{"type":"function"}]"#, "tools[0].function", "expected an object, got nothing"),
        (#""tools":[{"type":"function","function":{}}]"#, "tools[0].function.name", "expected a string, got nothing"),
        (
            #""tools":[{"type":"function","function":{"name":""}}]"#, "tools[0].function.name",
            #"expected a name, got """#
        ),
        (
            #""tools":[{"function":{"name":"f","description":1}}]"#, "tools[0].function.description",
            "expected a string, got 1"
        ),
        (
            #""tools":[{"function":{"name":"f","parameters":"x"}}]"#, "tools[0].function.parameters",
            #"expected an object, got "x""#
        ),
        (#""functions":[null]"#, "functions[0]", "expected an object, got nothing"),
        (#""tool_choice":"required""#, "tool_choice", "there are no tools to choose from"),
        (
            #""tools":[{"type":"web_search"}],"tool_choice":"required""#, "tool_choice",
            "there are no tools to choose from"
        ),
        (
            #""tool_choice":"any""#, "tool_choice",
            #"expected auto, none, required or an object that names a function, got "any""#
        ),
        (#""tool_choice":{"type":"allowed_tools"}"#, "tool_choice.type", #"expected function, got "allowed_tools""#),
        (#""tool_choice":{"type":"function"}"#, "tool_choice.function", "expected an object, got nothing"),
        (
            #""tools":[{"function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}}"#,
            "tool_choice.function.name", #"expected the name of a tool, got "g""#
        ),
        (#""function_call":{"name":"g"}"#, "function_call.name", #"expected the name of a tool, got "g""#),
    ])
    func aWrongFieldIsNamedWithWhatWasExpected(fields: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) { try ChatBody.decode(with: fields) }
    }

    @Test(arguments: [
        ("[]", "messages", "expected at least one message"),
        ("null", "messages", "expected an array, got nothing"),
        (#""hello""#, "messages", #"expected an array, got "hello""#),
        ("[null]", "messages[0]", "expected an object, got nothing"),
        ("[{}]", "messages[0].role", "expected a string, got nothing"),
        (
            #"[{"role":"robot"}]"#, "messages[0].role",
            #"expected system, developer, user, assistant or tool, got "robot""#
        ),
        (#"[{"role":"user","content":7}]"#, "messages[0].content", "expected a string or an array, got 7"),
        (
            #"[{"role":"user","content":{"type":"text"}}]"#, "messages[0].content",
            "expected a string or an array, got an object"
        ),
        (#"[{"role":"user","content":["a"]}]"#, "messages[0].content[0]", #"expected an object, got "a""#),
        (
            #"[{"role":"user","content":[{"text":"a"}]}]"#, "messages[0].content[0].type",
            "expected a string, got nothing"
        ),
        (
            #"[{"role":"user","content":[{"type":"text"}]}]"#, "messages[0].content[0].text",
            "expected a string, got nothing"
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"user","name":[]}]"#, "messages[1].name",
            "expected a string, got an array"
        ),
        (
            #"[{"role":"assistant","reasoning_content":{}}]"#, "messages[0].reasoning_content",
            "expected a string, got an object"
        ),
        (#"[{"role":"assistant","tool_calls":{}}]"#, "messages[0].tool_calls", "expected an array, got an object"),
        (
            #"[{"role":"assistant","tool_calls":[{"id":"c"}]}]"#, "messages[0].tool_calls[0].function",
            "expected an object, got nothing"
        ),
        (
            #"[{"role":"assistant","tool_calls":[{"id":1,"function":{"name":"f"}}]}]"#, "messages[0].tool_calls[0].id",
            "expected a string, got 1"
        ),
        (
            #"[{"role":"assistant","tool_calls":[{"function":{"name":null}}]}]"#,
            "messages[0].tool_calls[0].function.name",
            "expected a string, got nothing"
        ),
        (
            #"[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":7}}]}]"#,
            "messages[0].tool_calls[0].function.arguments", "expected a string, got 7"
        ),
        (#"[{"role":"assistant","function_call":"f"}]"#, "messages[0].function_call", #"expected an object, got "f""#),
        (#"[{"role":"tool","tool_call_id":7}]"#, "messages[0].tool_call_id", "expected a string, got 7"),
    ])
    func aWrongMessageIsNamedByItsPath(messages: String, name: String, reason: String) {
        #expect(throws: WireError.invalidParameter(name: name, reason: reason)) {
            try ChatBody.decode(messages: messages)
        }
    }

    @Test(arguments: ["image_url", "input_audio", "file", "video"])
    func whatIsNotTextIsRefusedClearly(type: String) {
        let messages = #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"\#(type)"}]}]"#
        let expected = WireError.unsupported(parameter: "messages[0].content[1]", reason: "this model reads text only")
        #expect(throws: expected) { try ChatBody.decode(messages: messages) }
    }

    @Test(arguments: [
        ("", JSONSyntaxError(reason: "unexpected end", offset: 0)),
        (#"{"messages" []}"#, JSONSyntaxError(reason: "expected ':'", offset: 12)),
        (#"{"messages":[]}x"#, JSONSyntaxError(reason: "unexpected text after the value", offset: 15)),
    ])
    func brokenJSONIsRefusedWithItsPlace(text: String, error: JSONSyntaxError) {
        #expect(throws: WireError.malformedJSON(error)) { try ChatBody.decode(Array(text.utf8), id: ChatBody.testID) }
    }

    @Test(arguments: [("[]", "an array"), ("null", "nothing"), (#""x""#, #""x""#), ("7", "7")])
    func aBodyThatIsNoObjectIsRefused(text: String, found: String) {
        #expect(throws: WireError.invalidParameter(name: "body", reason: "expected an object, got \(found)")) {
            try ChatBody.decode(Array(text.utf8), id: ChatBody.testID)
        }
    }

    @Test func longValuesAreNotEchoed() {
        let text = String(repeating: "x", count: 33)
        #expect(throws: WireError.invalidParameter(name: "stream", reason: "expected a boolean, got a string")) {
            try ChatBody.decode(with: #""stream":"\#(text)""#)
        }
        let digits = String(repeating: "1", count: 33)
        #expect(throws: WireError.invalidParameter(name: "stream", reason: "expected a boolean, got a number")) {
            try ChatBody.decode(with: #""stream":\#(digits)"#)
        }
    }

    @Test(arguments: 0..<200)
    func aDamagedBodyIsRefusedOrReadButNeverFatal(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = try Fixture.requestBody("d_chat_n2_logprobs").utf8
        for _ in 0..<3 {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0x20...0x7E, using: &random)
        }
        do throws(WireError) {
            #expect(try ChatBody.decode(bytes, id: ChatBody.testID).request.messages.count == 1)
        } catch {
            #expect(error.status == 400)
        }
    }
}
