import Observability
package import SwarmCore

/// What one check of `swarm doctor` came to.
package struct Diagnosis: Sendable, Equatable {
    package enum Grade: String, Sendable, Equatable {
        case ok
        /// Something does not work that can be done without.
        case warning
        /// The server does not work, or not as it was set.
        case problem
    }

    /// What was looked at, in one word.
    package var check: String
    package var grade: Grade
    package var found: String
    /// What to do about it; `nil` where nothing has to be done.
    package var cure: String?

    package init(_ check: String, _ grade: Grade, _ found: String, cure: String? = nil) {
        self.check = check
        self.grade = grade
        self.found = found
        self.cure = cure
    }

    package var json: JSON {
        [
            "check": .string(check), "grade": .string(grade.rawValue), "found": .string(found),
            "cure": cure.map { .string($0) } ?? .null,
        ]
    }
}

extension [Diagnosis] {
    package var hasProblem: Bool { contains { $0.grade == .problem } }

    package var json: JSON { ["ok": .bool(!hasProblem), "checks": .array(map(\.json))] }

    /// For a terminal: a line per check, and the cure below it.
    package func lines(width: Int) -> [String] {
        let grades = (map(\.grade.rawValue.count).max() ?? 0) + 2
        let names = (map(\.check.count).max() ?? 0) + 2
        let room = Swift.max(30, width - grades - names)
        return flatMap { diagnosis in
            let words = Wrapping.lines(SafeText.line(diagnosis.found), room: room)
            let cure = diagnosis.cure.map { Wrapping.lines("→ " + SafeText.line($0), room: room) } ?? []
            return (words + cure).enumerated().map { place, line in
                let grade = place == 0 ? diagnosis.grade.rawValue : ""
                let check = place == 0 ? diagnosis.check : ""
                return Wrapping.padded(grade, to: grades) + Wrapping.padded(check, to: names) + line
            }
        }
    }

    /// One sentence about all.
    package var summary: String {
        let problems = count { $0.grade == .problem }
        let warnings = count { $0.grade == .warning }
        func words(_ count: Int, _ name: String) -> String { "\(count) \(name)\(count == 1 ? "" : "s")" }
        return problems + warnings == 0
            ? "everything is as it should be" : words(problems, "problem") + ", " + words(warnings, "warning")
    }
}
