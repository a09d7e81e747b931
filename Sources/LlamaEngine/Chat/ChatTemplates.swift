import CLlamaChat
import SwarmCore

/// The chat templates of one model, behind the C++ shim.
// Unchecked: the shim's object takes a lock of its own around every use.
@safe final class ChatTemplates: @unchecked Sendable {
    private let raw: OpaquePointer
    /// The templates refer to the model's vocabulary.
    private let model: LoadedModel

    /// - Parameter source: a template in place of the model's own.
    init(model: LoadedModel, source: String? = nil) throws(EngineError) {
        let (raw, message) = unsafe withShimError { unsafe clc_templates_create(model.raw, source, &$0) }
        guard let raw = unsafe raw else { throw .template(message ?? "unknown reason") }
        unsafe self.raw = unsafe raw
        self.model = model
    }

    deinit { unsafe clc_templates_free(raw) }

    /// What the templates can express, by llama.cpp's names; empty when that cannot be told.
    var capabilities: JSON {
        let (result, _) = unsafe withShimError { unsafe clc_templates_caps(raw, &$0) }
        guard let result = unsafe result else { return [:] }
        defer { unsafe clc_free(result) }
        return (try? JSON(parsing: unsafe String(cString: result))) ?? [:]
    }

    /// Renders a request; in a plainer form where the template refuses the conversation as it was sent.
    func render(_ request: ChatRequest) throws(PlanError) -> JSON {
        do throws(PlanError) {
            return try render(RenderRequest(request).json)
        } catch {
            var plainer = request
            plainer.messages = ConversationForm.plain(request.messages)
            guard plainer.messages != request.messages, let rendered = try? render(RenderRequest(plainer).json) else {
                throw error
            }
            return rendered
        }
    }

    /// Renders a request of the shim's form into the shim's result.
    func render(_ request: JSON) throws(PlanError) -> JSON {
        let text = request.text
        let (result, message) = unsafe withShimError { unsafe clc_render(raw, text, text.utf8.count, &$0) }
        guard let result = unsafe result else {
            throw .unusable(
                parameter: request["json_schema"] == nil ? "messages" : "response_format",
                reason: "the model's chat template cannot express this request: \(message ?? "unknown reason")"
            )
        }
        defer { unsafe clc_free(result) }
        guard let json = try? JSON(parsing: unsafe String(cString: result)) else {
            throw .unusable(parameter: "messages", reason: "the chat template gave no readable result")
        }
        return json
    }
}

/// Reads answers of one output format, behind the C++ shim.
///
/// Used by one task at a time.
@safe final class LlamaAnswerReader: AnswerReader {
    private let raw: OpaquePointer

    init(format: String) throws(ReadError) {
        let (raw, message) = unsafe withShimError { unsafe clc_reader_create(format, format.utf8.count, &$0) }
        guard let raw = unsafe raw else { throw ReadError(reason: message ?? "unknown format") }
        unsafe self.raw = unsafe raw
    }

    deinit { unsafe clc_reader_free(raw) }

    func read(_ text: String, isPartial: Bool) throws(ReadError) -> ParsedAnswer {
        let (result, message) = unsafe withShimError {
            unsafe clc_reader_read(raw, text, text.utf8.count, isPartial, &$0)
        }
        guard let result = unsafe result else { throw ReadError(reason: message ?? "unreadable") }
        defer { unsafe clc_free(result) }
        guard let json = try? JSON(parsing: unsafe String(cString: result)) else {
            throw ReadError(reason: "unreadable result")
        }
        let calls = (json["tool_calls"]?.arrayValue ?? []).map { call in
            ToolCall(
                id: call["id"]?.stringValue ?? "",
                name: call["name"]?.stringValue ?? "",
                arguments: call["arguments"]?.stringValue ?? ""
            )
        }
        return ParsedAnswer(
            content: json["content"]?.stringValue ?? "",
            reasoning: json["reasoning_content"]?.stringValue ?? "",
            toolCalls: calls
        )
    }
}
