import SwarmCore
import Testing

struct TurnstileTests {
    @Test func noMoreThanItsWidthAreInside() async {
        let turnstile = Turnstile(width: 2)
        let inside = Inside()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    await turnstile.pass {
                        await inside.enter()
                        await Task.yield()
                        await inside.leave()
                    }
                }
            }
        }
        #expect(await inside.most == 2)
        #expect(await inside.all == 50)
    }

    @Test func aCancelledTaskDoesNotWait() async {
        let turnstile = Turnstile(width: 0)
        let waiting = Task { await turnstile.pass { true } }
        waiting.cancel()
        #expect(await waiting.value == nil)
    }

    private actor Inside {
        var now = 0
        var most = 0
        var all = 0

        func enter() {
            now += 1
            all += 1
            most = max(most, now)
        }

        func leave() { now -= 1 }
    }
}
