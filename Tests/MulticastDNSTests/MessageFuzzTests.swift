import MulticastDNS
import SwarmCore
import Testing

/// Whatever comes in either is a message or an error, and a message can be sent again.
@Suite struct MessageFuzzTests {
    @Test(arguments: 0..<64)
    func randomBytesNeverTrap(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<200 {
            var bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            // Counts that random bytes would hardly ever have.
            for place in 4..<12 where bytes.count > place {
                bytes[place] = place % 2 == 0 ? 0 : UInt8.random(in: 0...3, using: &generator)
            }
            try check(bytes)
        }
    }

    @Test(arguments: 0..<32)
    func changedRecordingsNeverTrap(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed &+ 1000)
        let all = try Recorded.all.map(\.bytes)
        for original in all {
            for _ in 0..<20 { try check(mutate(original, with: all, &generator)) }
        }
    }

    private func mutate(_ original: [UInt8], with others: [[UInt8]], _ generator: inout SplitMix64) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            guard !bytes.isEmpty else { break }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 4: bytes.removeLast(bytes.count - place)
            default:
                // A pointer to anywhere, or the rest of another packet.
                if Bool.random(using: &generator) {
                    bytes.replaceSubrange(
                        place..<min(place + 2, bytes.count),
                        with: [0xC0, UInt8.random(in: 0...255, using: &generator)]
                    )
                } else if let other = others.randomElement(using: &generator) {
                    bytes.replaceSubrange(place..., with: other.dropFirst(place))
                }
            }
        }
        return bytes
    }

    private func check(_ bytes: [UInt8]) throws {
        // A refusal is as good an answer as any.
        guard let message = try? DNSMessage(bytes: bytes) else { return }
        #expect(message.questions.count * 5 <= bytes.count)
        #expect((message.answers + message.authorities + message.additionals).count * 11 <= bytes.count)
        // Without compression it may have become too long.
        guard let again = message.encoded(limit: 65535), again.count <= DNSMessage.maximumSize else { return }
        #expect(try DNSMessage(bytes: again) == message)
        for name in message.answers.map(\.name) { #expect(try DomainName(name.description) == name) }
    }

    /// The machines must hold out against anything that the reader lets through.
    @Test(arguments: 0..<16)
    func theMachinesSurviveWhatTheReaderLetsThrough(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed &+ 5000)
        let all = try Recorded.all
        var responder = try Responder(host: "zc-box", services: [service("zc node ü")], seed: seed)
        var browser = Browser(types: [swarmType], seed: seed)
        var now = Duration.zero
        _ = responder.setLink(eth0, addresses: [.v4(0x0A4D_0003)], at: now)
        browser.setLink(eth0, interface: "eth0", at: now)
        for _ in 0..<40 {
            for recorded in all {
                now += .milliseconds(Int.random(in: 0...400, using: &generator))
                let bytes = mutate(recorded.bytes, with: all.map(\.bytes), &generator)
                guard let message = try? DNSMessage(bytes: bytes) else { continue }
                let received = Received(message, link: eth0, source: recorded.source)
                for packet in responder.receive(received, at: now).compactMap(\.packet) {
                    #expect(throws: Never.self) { try packet.message }
                }
                _ = browser.receive(received, at: now)
                for packet in responder.tick(at: now).compactMap(\.packet) {
                    #expect(throws: Never.self) { try packet.message }
                }
                _ = browser.tick(at: now)
                #expect(browser.recordCount <= BrowserLimits().records)
            }
        }
    }
}
