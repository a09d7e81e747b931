package import SwarmCore

/// What a server says instead of an answer.
package struct UpstreamRefusal: Error, Sendable, Equatable {
    /// The HTTP status; of an error inside a stream its `code`, if that is a number, else 0.
    package var status: Int
    /// The server's own words, in one line of at most 300 characters.
    package var message: String
    /// The field of the request that it names.
    package var parameter: String?
    /// Its name for what is wrong.
    package var code: String?
    private var needed: Int?
    private var limit: Int?
    /// In seconds.
    private var retryAfter: Int?

    /// Reads the body of a reply with an error status.
    ///
    /// - Parameter retryAfter: the header of that name.
    package init(status: Int, body: [UInt8], retryAfter: String? = nil) {
        self.init(
            status: status,
            (try? JSON(parsing: body)) ?? .null,
            text: String(decoding: body.prefix(4096), as: UTF8.self)
        )
        self.retryAfter = retryAfter.flatMap { Int($0) }
    }

    /// Reads an error out of JSON: `{"error": {"message"}}`, `{"error": "…"}`, `{"message"}` or `{"detail"}`.
    init(status: Int = 0, _ json: JSON, text: String = "") {
        let error = json["error"] ?? json
        let words =
            error["message"]?.stringValue ?? error.stringValue ?? json["message"]?.stringValue
            ?? json["detail"]?.stringValue ?? json["detail"].map(\.text) ?? text
        message = Self.line(words)
        parameter = error["param"]?.stringValue
        code = error["code"]?.stringValue ?? error["type"]?.stringValue
        self.status = status != 0 ? status : error["code"]?.intValue ?? 0
        needed = error["n_prompt_tokens"]?.intValue
        limit = error["n_ctx"]?.intValue
    }

    /// Fields of `sent` that the server names as what it does not take.
    ///
    /// - Parameter sent: the names of the fields that were sent.
    package func refused(of sent: Set<String>) -> Set<String> {
        guard status == 400 || status == 422 else { return [] }
        let named = sent.intersection(UpstreamRequest.dispensable).filter { field in
            parameter.map { $0 == field || $0.hasPrefix(field + ".") || $0.hasSuffix("." + field) } ?? false
                || message.hasWord(field)
        }
        return named
    }

    /// What it means for a candidate.
    package var error: SourceError {
        if isAboutLength {
            return .contextLength(needed: needed ?? numbers.max() ?? 0, limit: limit ?? numbers.min() ?? 0)
        }
        switch status {
        case 429, 503: return .saturated(retryAfterSeconds: min(max(retryAfter ?? 2, 1), 3600))
        case 401, 403: return .backend("it does not accept the key: \(message)")
        case 404: return .backend("it does not have that model or path: \(message)")
        case 400, 422: return .unusable(parameter: parameter ?? "request", reason: message)
        case 0: return .backend(message)
        default: return .backend("it answers \(status): \(message)")
        }
    }

    private var isAboutLength: Bool {
        guard [0, 400, 413, 422, 500].contains(status) else { return false }
        let words = ["context_length_exceeded", "exceed_context_size_error"]
        return words.contains(code ?? "") || needed != nil && limit != nil
            || message.lowercased().contains("maximum context length")
    }

    /// Whole numbers in the message.
    private var numbers: [Int] { message.split { !$0.isNumber }.compactMap { Int($0) }.filter { $0 >= 16 } }

    private static func line(_ text: String) -> String {
        // What cannot be seen is left out: it can part a number, or change how a terminal shows the rest.
        let words = text.unicodeScalars.prefix(2000).compactMap { scalar -> Character? in
            switch scalar.properties.generalCategory {
            case .control: " "
            case .format: nil
            default: Character(scalar)
            }
        }
        let line = String(words).split(separator: " ").joined(separator: " ")
        return line.isEmpty ? "no reason given" : String(line.prefix(300))
    }
}

extension String {
    /// Whether a name stands in the text by itself and not as a part of a longer one.
    fileprivate func hasWord(_ word: String) -> Bool {
        split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == word }
    }
}
