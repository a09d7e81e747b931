/// The name of a model as clients and the catalogue write it, for example `bumble` or `qwen2.5-coder:7b:q4_k_m`.
package struct ModelID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
}

/// One request, unique while the server runs; also the `id` clients see.
package struct RequestID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
}

/// Something that yields candidates: the local engine, a peer, an upstream server.
package struct SourceID: RawRepresentable, Hashable, Sendable, Comparable, CustomStringConvertible {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }
    package static func < (a: SourceID, b: SourceID) -> Bool { a.rawValue < b.rawValue }
}

/// One candidate of one request.
///
/// Ballots are ordered by it: source first, then index.
package struct CandidateID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var source: SourceID
    /// Position among all candidates of the request, from 0.
    ///
    /// Candidate 0 uses the client's sampling exactly.
    package var index: Int

    package init(source: SourceID, index: Int) {
        self.source = source
        self.index = index
    }

    package var description: String { "\(source)#\(index)" }
    package static func < (a: CandidateID, b: CandidateID) -> Bool { (a.source, a.index) < (b.source, b.index) }
}

/// Groups the requests of one conversation, so that they find their own prefix in the engine's memory.
package struct SessionKey: RawRepresentable, Hashable, Sendable {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
