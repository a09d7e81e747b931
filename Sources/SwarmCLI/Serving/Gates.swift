import Foundation
import Logging
import Observability
import SwarmCore

/// What was measured of the loaded model, read again now and then: `swarm eval` may run beside a server.
actor Gates {
    private let path: String
    private var store: GateStore?
    private let model: String
    private let logger: Logger
    private var known: [TurnKind: GateMeasurement] = [:]
    private var readAt: ContinuousClock.Instant?
    private var hasFailed = false

    /// How long a reading is good for.
    private static let freshness = Duration.seconds(10)

    /// - Parameters:
    ///   - path: the database; it need not be there yet.
    ///   - model: the loaded model's fingerprint.
    init(path: String, model: String, logger: Logger) {
        self.path = path
        self.model = model
        self.logger = logger
    }

    /// The measurement of a kind; `nil` when there is none, or when it cannot be read: then a vote is held as usual.
    func measurement(of kind: TurnKind) async -> GateMeasurement? {
        if readAt.map({ ContinuousClock.now - $0 > Gates.freshness }) ?? true {
            readAt = .now
            do {
                let measured = try await open()?.measurements(model: model) ?? []
                known = Dictionary(measured.map { ($0.kind, $0) }, uniquingKeysWith: { $1 })
            } catch {
                if !hasFailed { logger.warning("what was measured cannot be read", metadata: ["error": "\(error)"]) }
                hasFailed = true
            }
        }
        return known[kind]
    }

    private func open() throws(StoreError) -> GateStore? {
        if store == nil, FileManager.default.fileExists(atPath: path) {
            store = GateStore(try Database(path: path), logger: logger)
        }
        return store
    }
}
