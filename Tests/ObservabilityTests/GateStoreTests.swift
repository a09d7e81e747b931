import GRDB
import InMemoryLogging
import Logging
import Observability
import SwarmCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GateStoreTests {
    private let place: TemporaryDatabase
    private let store: GateStore
    private let log = InMemoryLogHandler()

    init() throws {
        place = try TemporaryDatabase()
        let handler = log
        store = GateStore(try place.open(), logger: Logger(label: "test") { _ in handler })
    }

    @Test(arguments: TurnKind.allCases)
    func aMeasurementComesBackAsItWas(kind: TurnKind) async throws {
        var measurement = GateMeasurement.measured(kind: kind, choice: .swarm(8), swarm: 0.1 + 0.2)
        measurement.results.append(.init(arm: .single, accuracy: 1e-9, low: 0, high: 1, tokens: 1e20, seconds: 0))
        measurement.discrimination = nil
        try await store.save(measurement)
        #expect(try await store.measurements(model: "m1") == [measurement])
    }

    @Test func aNewMeasurementTakesThePlaceOfTheOldOne() async throws {
        try await store.save(.measured())
        try await store.save(.measured(kind: .json))
        let new = GateMeasurement.measured(choice: .swarm(5), swarm: 0.95)
        try await store.save(new)
        #expect(try await store.measurements(model: "m1") == [.measured(kind: .json), new])
    }

    @Test func modelsAreKeptApart() async throws {
        try await store.save(.measured(model: "b"))
        try await store.save(.measured(model: "a"))
        #expect(try await store.all().map(\.model) == ["a", "b"])
        try await store.remove(model: "b")
        #expect(try await store.all().map(\.model) == ["a"])
        #expect(try await store.measurements(model: "b").isEmpty)
        #expect(log.entries.isEmpty)
    }

    @Test(arguments: [
        "kind = 'poem'", "choice = 'swarm-1'", "items = 0", "results = 'oops'", "results = '{}'",
        #"results = '[{"arm":"greedy"}]'"#,
    ])
    func aRowEditedByHandIsPassedOverAndTold(edit: String) async throws {
        try await store.save(.measured())
        try await store.save(.measured(kind: .json))
        try await DatabaseQueue(path: place.path).write {
            try $0.execute(sql: "UPDATE gates SET \(edit) WHERE kind = 'tool_call'")
        }
        #expect(try await store.all() == [.measured(kind: .json)])
        let entry = try #require(log.entries.first)
        #expect(log.entries.count == 1)
        #expect(entry.level == .warning)
        #expect(entry.metadata["model"] == "m1")
    }

    @Test func aNumberThatIsNoneIsRefused() async throws {
        var measurement = GateMeasurement.measured()
        measurement.gain = .nan
        let unusable = measurement
        await #expect(throws: StoreError.self) { try await store.save(unusable) }
        #expect(try await store.all().isEmpty)
    }
}
