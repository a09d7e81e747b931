import Federation
import Testing

@Suite("Waiting after failed attempts")
struct AttemptLimitTests {
    private let start = ContinuousClock.now
    private let origin = AttemptOrigin.address("10.0.0.1")

    @Test func theWaitDoublesUpToItsLongest() {
        var limit = AttemptLimit()
        var waits: [Duration?] = []
        var now = start
        for _ in 0..<14 {
            limit.fail(origin, now: now)
            waits.append(limit.wait(origin, now: now))
            now += limit.wait(origin, now: now) ?? .zero
        }
        let seconds = waits.map { $0?.components.seconds }
        #expect(seconds == [nil, nil, nil, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
        #expect(limit.wait(origin, now: now) == nil)
    }

    @Test func failuresAreForgottenAfterAWhile() {
        var limit = AttemptLimit()
        for _ in 0..<5 { limit.fail(origin, now: start) }
        #expect(limit.wait(origin, now: start) == .seconds(2))
        limit.fail(origin, now: start + .seconds(900))
        #expect(limit.wait(origin, now: start + .seconds(900)) == nil)
    }

    @Test func itRemembersSoManyAndNoMore() {
        var limit = AttemptLimit()
        limit.capacity = 10
        for number in 0..<50 {
            for _ in 0..<4 { limit.fail(.address("\(number)"), now: start + .milliseconds(number)) }
        }
        #expect(limit.count == 10)
        #expect(limit.wait(.address("0"), now: start) == nil)
        #expect(limit.wait(.address("49"), now: start + .milliseconds(49)) == .seconds(1))
    }
}
