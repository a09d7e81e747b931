import SwarmCore
import Testing

@Suite struct SessionMemoryTests {
    private let memory = SessionMemory<Int>()

    private func key(_ number: Int) -> SessionKey { SessionKey(rawValue: "\(number)") }

    @Test func eachSessionHasItsOwn() {
        memory.remember(1, of: key(1))
        memory.remember(2, of: key(2))
        memory.remember(3, of: key(1))
        #expect([1, 2, 3].map { memory[key($0)] } == [3, 2, nil])
    }

    @Test func whoWasLongestNotWrittenToIsForgottenFirst() {
        let most = SessionMemory<Int>.sessions
        for number in 0..<most { memory.remember(number, of: key(number)) }
        memory.remember(0, of: key(0))
        _ = memory[key(1)]
        memory.remember(most, of: key(most))
        #expect([0, 1, 2, most].map { memory[key($0)] } == [0, nil, 2, most])
    }
}
