import Consensus
import Foundation
import SwarmCore
import Testing

/// A question of GSM8K with the answers of four unequal models, stored outside of the project: 660 of them.
struct StoredQuestion {
    var truth: String
    /// The canonical answer of each model.
    var keys: [SourceID: String]

    /// All of them; `nil`, with the reason printed, where they are not there.
    static func all() throws -> [StoredQuestion]? {
        guard let folder = ProcessInfo.processInfo.environment["LOCAL_SWARM_VOTES"] else {
            print("Skipped: LOCAL_SWARM_VOTES does not name a folder with stored ballots.")
            return nil
        }
        let file = try String(contentsOfFile: folder + "/gsm8k-four-models.jsonl", encoding: .utf8)
        return try file.split(separator: "\n").map { line in
            let row = try JSON(parsing: String(line))
            let truth = try #require(row["answer"]?.stringValue).replacingOccurrences(of: ",", with: "")
            let classifier = Classifier(request: request(try #require(row["prompt"]?.stringValue)))
            var keys: [SourceID: String] = [:]
            for (index, answer) in try #require(row["candidates"]?.arrayValue).enumerated() {
                let source = SourceID(rawValue: try #require(answer["source"]?.stringValue))
                let reading = classifier.read(candidate(index, try #require(answer["text"]?.stringValue)).answer)
                keys[source] = reading.kind == .number ? reading.key : nil
            }
            return StoredQuestion(truth: try #require(Rational(decimal: truth)).text, keys: keys)
        }
    }
}
