import LlamaEngine
import Observability
import Swarm
import SwarmCore

extension EngineStatus {
    /// For `/health`.
    var json: JSON {
        [
            "running": .integer(running), "prefilling": .integer(prefilling), "waiting": .integer(waiting),
            "resident": .integer(resident), "cells_used": .integer(usedCells), "cells": .integer(cells),
            "steps": .integer(steps), "prompt_tokens": .integer(promptTokens),
            "generated_tokens": .integer(generatedTokens),
        ]
    }
}

extension StatusSnapshot {
    /// - Parameters:
    ///   - engine: `nil` where the model is in another process.
    ///   - origin: the moment that times count from.
    init(_ activity: Activity, engine: EngineStatus?, origin: ContinuousClock.Instant) {
        self.init(
            at: .now - origin,
            requests: activity.snapshot.map(Request.init),
            usedCells: engine?.usedCells ?? 0,
            cells: engine?.cells ?? 0
        )
    }
}

extension StatusSnapshot.Request {
    fileprivate init(_ running: Activity.Running) {
        let stage: StatusSnapshot.Stage =
            switch running.phase {
            case nil: .starting
            case .queued(let ahead): .queued(ahead: ahead)
            case .prefilling(let done, let all): .prefilling(done: done, of: all)
            case .voting, .working: .generating
            }
        self.init(id: running.id.rawValue, stage: stage, tokens: running.tokens, ended: running.ended)
    }
}
