import MulticastDNS
import SwarmCore
import Testing

@Suite struct DomainNameTests {
    @Test func namesDifferingInAsciiCaseAreOne() {
        #expect(name("Kitchen._HTTP._tcp.Local") == name("kitchen._http._TCP.local"))
        #expect(name("Kitchen.local").hashValue == name("kITCHEN.local").hashValue)
        #expect(name("Ä.local") != name("ä.local"))
        #expect(name("a.b.local") != name(#"a\.b.local"#))
        #expect(name("ab.c") != name("a.bc"))
    }

    @Test(arguments: [
        (#"Küche 2.0"#, #"Küche 2\.0"#), ("a\\b", #"a\\b"#), ("\u{1}", #"\001"#), ("plain", "plain"), ("a b", "a b"),
    ])
    func labelsAreEscapedForPeople(_ label: String, _ shown: String) throws {
        let whole = try DomainName.local.prefixed(by: Array(label.utf8))
        #expect(whole.description == shown + ".local")
        #expect(try DomainName(whole.description).labels == whole.labels)
    }

    @Test func bytesThatAreNoTextAreShownAsNumbers() throws {
        let whole = try DomainName(labels: [[0xFF, 0x41]])
        #expect(whole.description == #"\255A"#)
        #expect(try DomainName(#"\255A"#) == whole)
    }

    @Test(arguments: 0..<200)
    func everyNameCanBeWrittenAndReadAgain(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let labels = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
            (0..<Int.random(in: 1...63, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        let whole = try DomainName(labels: labels)
        #expect(try DomainName(whole.description).labels == labels)
    }

    @Test func lengthsAreBounded() throws {
        let label = Array(repeating: UInt8(ascii: "a"), count: 63)
        #expect(throws: InvalidName.labelTooLong) { try DomainName(labels: [label + [97]]) }
        #expect(throws: InvalidName.nameTooLong) { try DomainName(labels: [label, label, label, label]) }
        #expect(try DomainName(labels: [label, label, label, Array(label.dropLast(2))]).wire.count == 255)
        #expect(throws: InvalidName.empty) { try DomainName("") }
        #expect(throws: InvalidName.empty) { try DomainName("a..b") }
        #expect(throws: InvalidName.badEscape) { try DomainName(#"a\25"#) }
        #expect(throws: InvalidName.badEscape) { try DomainName(#"a\256"#) }
        #expect(throws: InvalidName.badEscape) { try DomainName(#"a\"#) }
    }
}

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("10.0.0.1", "10.0.0.1"), ("::", "::"), ("::1", "::1"),
        ("fe80::3464:aff:feb0:e334", "fe80::3464:aff:feb0:e334"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0db8::0001", "2001:db8::1"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"), ("::ffff:1.2.3.4", "::ffff:102:304"), ("1::", "1::"),
    ])
    func addressesAreReadAndWritten(_ text: String, _ shown: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.description == shown)
        #expect(IPAddress(bytes: address.bytes) == address)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "+1.2.3.4", "1::2::3", ":1", "12345::", "1:2:3:4:5:6:7:8:9", "g::",
    ])
    func whatIsNoAddressIsRefused(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.1.2.3", true), ("172.16.0.1", true), ("172.32.0.1", false), ("192.168.1.1", true), ("100.64.0.1", true),
        ("100.128.0.1", false), ("169.254.3.4", true), ("8.8.8.8", false), ("fe80::1", true), ("fd12::1", true),
        ("2001:db8::1", false), ("127.0.0.1", false),
    ])
    func addressesOfHomesAndOfficesAreKnown(_ text: String, _ isPrivate: Bool) throws {
        #expect(try #require(IPAddress(text)).isPrivate == isPrivate)
    }

    @Test(arguments: 0..<200)
    func everyAddressCanBeWrittenAndReadAgain(_ seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let bytes = (0..<(seed % 2 == 0 ? 4 : 16)).map { _ in
            Bool.random(using: &generator) ? 0 : UInt8.random(in: 0...255, using: &generator)
        }
        let address = try #require(IPAddress(bytes: bytes))
        #expect(IPAddress(address.description) == address)
        #expect(address.shares(bytes.count * 8, with: address))
    }
}
