import SwarmCore

extension Swarm {
    /// Renders a request; its tools as text where the model's template has no format for them.
    ///
    /// A grammar for the form of the answer stays in force: as with formats that cannot have both, it wins over calls that
    /// may be made.
    func render(_ request: ChatRequest) async throws(PlanError) -> Prompt {
        guard !model.card.supportsTools, TextToolFormat.concerns(request) else {
            return try await model.render(request)
        }
        let template = await toolPrompt.text()
        var prompt = try await model.render(TextToolFormat.apply(to: request, template: template))
        if let tools = TextToolFormat.reading(of: request) {
            prompt.reading.textTools = tools
            prompt.grammar = prompt.grammar ?? TextToolFormat.grammar(tools, isRequired: request.isCallRequired)
        }
        return prompt
    }
}
