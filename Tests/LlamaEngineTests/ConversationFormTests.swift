import SwarmCore
import SwarmTestSupport
import Testing

@testable import LlamaEngine

struct ConversationFormTests {
    private func message(_ role: Message.Role, _ content: String) -> Message { Message(role: role, content: content) }

    @Test func systemMessagesBecomeOneAtTheStart() {
        let plain = ConversationForm.plain([
            message(.system, "A"), message(.user, "1"), message(.system, "B"), message(.system, " "),
            message(.user, "2"),
        ])
        #expect(plain == [message(.system, "A\n\nB"), message(.user, "1\n\n2")])
    }

    @Test func callsAndTheirResultsStandAlone() {
        let call = ToolCall(id: "a", name: "read", arguments: "{}")
        let conversation = [
            message(.user, "1"), Message(role: .assistant, content: "", toolCalls: [call]),
            Message(role: .tool, content: "x", toolCallID: "a"), Message(role: .tool, content: "y", toolCallID: "b"),
        ]
        #expect(ConversationForm.plain(conversation) == conversation)
    }

    @Test func turnsOfTheAssistantInARowAreOne() {
        let call = ToolCall(id: "a", name: "read", arguments: "{}")
        let plain = ConversationForm.plain([
            message(.user, "1"), message(.assistant, "x"), Message(role: .assistant, content: "", toolCalls: [call]),
        ])
        #expect(plain.last == Message(role: .assistant, content: "x", toolCalls: [call]))
        #expect(plain.count == 2)
    }

    @Test func turnsThatSayNothingAreLeftOut() {
        let kept = [message(.user, "1"), Message(role: .assistant, content: "", reasoning: "hm")]
        #expect(ConversationForm.withoutEmptyTurns(kept + [message(.assistant, " \n")]) == kept)
    }

    @Test func onlyAnAnswerWithWordsIsABeginning() {
        let user = message(.user, "1")
        #expect(ConversationForm.opening(of: [user, message(.assistant, "12 ")])?.text == "12 ")
        #expect(ConversationForm.opening(of: [user]) == nil)
        #expect(ConversationForm.opening(of: [user, message(.assistant, "")]) == nil)
        let call = ToolCall(id: "a", name: "read", arguments: "{}")
        #expect(
            ConversationForm.opening(of: [user, Message(role: .assistant, content: "x", toolCalls: [call])]) == nil
        )
    }

    /// A template that wants one system message, at the start, and turns that alternate.
    private static let strict = """
        {%- for message in messages %}
        {%- if message.role == 'system' and not loop.first %}{{ raise_exception('System message must be at the beginning.') }}{%- endif %}
        {%- if not loop.first and message.role == messages[loop.index0 - 1].role %}{{ raise_exception('Roles must alternate.') }}{%- endif %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
        """

    @Test func aStrictTemplateGetsAPlainerForm() throws {
        let model = try LoadedModel(path: Bumble.path, gpuLayers: 0)
        let templates = try ChatTemplates(model: model, source: Self.strict)
        func prompt(_ messages: [Message]) throws -> String? {
            try templates.render(ChatRequest(id: RequestID(rawValue: "t"), messages: messages))["prompt"]?.stringValue
        }
        let sent = [message(.user, "1"), message(.system, "S"), message(.user, "2")]
        #expect(try prompt(sent) == prompt([message(.system, "S"), message(.user, "1\n\n2")]))
        // What it takes stays as it is.
        #expect(try prompt([message(.user, "1")])?.contains("user\n1<|im_end|>") == true)
    }

    @Test func anAnswerThatWasBegunIsContinued() async throws {
        try await withEngine { engine in
            let messages = Bumble.question("What is 12 + 30?") + [message(.assistant, "12 + 30 =")]
            let answer = await engine.collect(try await engine.assignment(messages))
            #expect(answer.text(of: 0).hasPrefix(" 42"))
        }
    }
}

struct ForcedCallTests {
    /// bumble would rather answer: with any text allowed before the call it would never come to it.
    @Test func aCallThatIsRequiredBeginsWithTheFirstToken() async throws {
        let parameters: JSON = [
            "type": "object", "properties": ["n": ["type": "integer"]], "required": ["n"],
            "additionalProperties": false,
        ]
        try await withEngine { engine in
            let assignment = try await engine.assignment(
                tools: [ToolSpec(name: "answer_with", parameters: parameters)],
                toolChoice: .named("answer_with")
            )
            let text = await engine.collect(assignment).text(of: 0)
            #expect(text.hasPrefix("<tool_call>"))
            let reader = try engine.model.reader(for: assignment.prompt.reading)
            let calls = try reader.read(text, isPartial: false).toolCalls
            #expect(calls.map(\.name) == ["answer_with"])
            #expect((try? JSON(parsing: calls.first?.arguments ?? ""))?["n"]?.intValue != nil)
        }
    }
}
