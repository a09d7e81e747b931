import SwarmCore

/// Reads candidates as votes on one request.
struct CandidateReader: Sendable {
    private let classifier: Classifier
    let shapes: ToolShapes
    private let format: ResponseFormat
    private let schema: JSONSchema?
    private let toolChoice: ToolChoice
    private let files: FileTexts
    private let rules: VoteRules
    /// Others do not vote while one of this kind is there.
    private let wanted: TurnKind?

    init(request: ChatRequest, rules: VoteRules) {
        classifier = Classifier(request: request)
        shapes = ToolShapes(tools: request.tools)
        format = request.responseFormat
        if case .jsonSchema(_, let schema) = request.responseFormat {
            self.schema = JSONSchema(schema)
        } else {
            schema = nil
        }
        toolChoice = request.toolChoice
        files = FileTexts(messages: request.messages)
        self.rules = rules
        switch request.toolChoice {
        case .required, .named: wanted = rules.kind ?? .toolCall
        case .auto, .none: wanted = rules.kind
        }
    }

    /// Reads one candidate.
    func vote(_ candidate: Candidate) -> Vote {
        // Where JSON is asked for, whatever is no call is JSON or malformed.
        let isJSON = format != .text && candidate.answer.toolCalls.isEmpty
        var reading =
            isJSON ? Classifier.Reading(kind: .json, key: nil) : classifier.read(candidate.answer)
        var substance = Vote.Substance.plain
        var isMalformed = false
        switch reading.kind {
        case .toolCall:
            reading.key = nil
            isMalformed = true
            if let shape = shape(of: candidate.answer.toolCalls) {
                substance = .calls(shape)
                reading.key = shape.key
                isMalformed = false
            }
        case .json:
            let value = json(of: candidate.answer.content)
            isMalformed = value.map(isWrong) ?? true
            reading.key = nil
            if let value, !isMalformed {
                let form = schema?.matchForm(of: value) ?? value.byValue
                substance = .json(form)
                reading.key = CanonicalKey.json(form)
            }
        case .code:
            if let program = program(in: candidate.answer.content) {
                substance = .code(program)
                reading.key = program.patch
                isMalformed =
                    program.patch == nil && !CodeSyntax.isPlausible(program.code, program.language)
            }
        case .number, .choice, .short, .prose: break
        }
        // A refusal or a question back is prose, however short.
        let content = candidate.answer.content
        var stance = reading.kind == .toolCall ? Vote.Stance.act : .answer
        var structure = ""
        if reading.kind == .prose || reading.kind == .short {
            let found = Structure(content)
            switch found.intent {
            case .refusal: stance = .refuse
            case .question: stance = .ask
            default: break
            }
            if reading.kind == .prose { structure = found.name }
        }
        return Vote(
            candidate: candidate,
            kind: reading.kind,
            stance: stance,
            structure: structure,
            key: reading.key,
            flaw: flaw(of: candidate, isMalformed: isMalformed, isStray: wanted.map { $0 != reading.kind } ?? false),
            substance: substance,
            weight: max(rules.weight(of: candidate.id.source), .leastNonzeroMagnitude)
        )
    }

    private func flaw(of candidate: Candidate, isMalformed: Bool, isStray: Bool) -> Vote.Flaw {
        let answer = candidate.answer
        if answer.toolCalls.isEmpty, answer.content.allSatisfy(\.isWhitespace) { return .empty }
        if RepetitionDetector.isLooping(candidate.text) { return .looping }
        if isMalformed { return .malformed }
        if isStray { return .stray }
        return candidate.outcome.reason == .length ? .truncated : .none
    }

    /// - Returns: `nil` for calls that may not be made.
    private func shape(of calls: [ToolCall]) -> ToolShape? {
        guard !calls.isEmpty, mayCall(calls) else { return nil }
        var shapes: [ToolShape.Call] = []
        for call in calls {
            guard var shape = try? self.shapes.shape(of: call).get() else { return nil }
            // Where the file is known, edits are the same when they leave the same text.
            if let result = EditResult(of: call, files: files) { shape.become(result) }
            shapes.append(shape)
        }
        return ToolShape(shapes)
    }

    private func mayCall(_ calls: [ToolCall]) -> Bool {
        switch toolChoice {
        case .auto, .required: true
        case .none: false
        case .named(let name): calls.allSatisfy { $0.name == name }
        }
    }

    private func json(of content: String) -> JSON? {
        let text = String(content.trimmed())
        if let value = try? JSON(parsing: text) { return value }
        guard let block = Fences(text).blocks.first else { return nil }
        return try? JSON(parsing: block.code)
    }

    private func isWrong(_ value: JSON) -> Bool {
        switch format {
        case .text: false
        case .jsonObject: value.objectValue == nil
        case .jsonSchema: schema?.violation(of: value) != nil
        }
    }

    private func program(in content: String) -> Vote.Program? {
        if let diff = UnifiedDiff(content) {
            let result = PatchKey.key(of: diff, files: files)
            return Vote.Program(language: .unknown, code: content, canonical: content, patch: result)
        }
        guard let answer = CodeAnswer(content) else { return nil }
        return Vote.Program(
            language: answer.language,
            code: answer.code,
            canonical: CanonicalCode.text(of: answer.code, language: answer.language)
        )
    }
}

extension ToolShape.Call {
    /// Counts what an edit comes to in place of how it is written.
    fileprivate mutating func become(_ result: EditResult) {
        identity = name + "(" + JSON.string(result.path).text + ")"
        payload = result.key
        payloadText = result.text
        key = identity + " -> " + result.key
    }
}
