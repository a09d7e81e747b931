import Federation
import Testing

@Suite("Leaving failing nodes alone")
struct BreakerTests {
    /// Seconds of rest after each of so many failures, one as soon as it may be asked again.
    private func rests(_ count: Int, isFatal: Bool) -> [Double] {
        var breaker = Breaker()
        var now = 0.0
        return (0..<count).map { _ in
            breaker.fail(at: now, isFatal: isFatal)
            let rest = (breaker.opensUntil ?? now) - now
            now += rest
            return rest
        }
    }

    @Test func aNewNodeMayBeAsked() {
        #expect(Breaker().mayAsk(at: 0))
        #expect(Breaker().isClosed)
    }

    @Test func threeFailuresInARowOpenIt() {
        #expect(rests(5, isFatal: false) == [0, 0, 2, 4, 8])
    }

    @Test func whoCannotBeReachedIsLeftAloneAtOnceAndForLongerEachTime() {
        #expect(rests(9, isFatal: true) == [2, 4, 8, 16, 32, 64, 120, 120, 120])
    }

    @Test func itStaysAtTheLongestRest() {
        #expect(rests(500, isFatal: true).last == 120)
    }

    @Test func aNodeMayBeAskedAfterItsRestAndNotBefore() {
        var breaker = Breaker()
        breaker.fail(at: 100, isFatal: true)
        #expect(!breaker.isClosed)
        #expect(!breaker.mayAsk(at: 101.9))
        #expect(breaker.mayAsk(at: 102))
        #expect(!breaker.isClosed)
    }

    @Test func oneFailureOfATrialOpensItAgain() {
        var breaker = Breaker()
        breaker.fail(at: 0, isFatal: true)
        breaker.fail(at: 2)
        #expect(breaker.opensUntil == 6)
    }

    @Test func successClosesItAndForgetsAllFailures() {
        var breaker = Breaker()
        for now in [0.0, 2, 6] { breaker.fail(at: now, isFatal: true) }
        breaker.succeed()
        #expect(breaker == Breaker())
        breaker.fail(at: 20)
        breaker.fail(at: 20)
        #expect(breaker.isClosed)
    }

    @Test func failuresThatAreNotInARowDoNotOpenIt() {
        var breaker = Breaker()
        for now in 0..<20 {
            breaker.fail(at: Double(now))
            breaker.fail(at: Double(now))
            #expect(breaker.isClosed)
            breaker.succeed()
        }
    }
}
