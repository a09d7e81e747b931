import Federation
import Testing

@Suite("Fingerprints and names of nodes")
struct FingerprintTests {
    /// SHA-256 of "abc": FIPS 180-4, example B.1.
    private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test func aFingerprintIsTheSHA256OfTheCertificate() throws {
        let fingerprint = Fingerprint(certificate: Array("abc".utf8))
        #expect(fingerprint.hex == abc)
        #expect(fingerprint.id.rawValue == "ba7816bf8f01cfea")
        #expect(Fingerprint(hex: abc) == fingerprint)
        #expect(Fingerprint(hex: abc.uppercased()) == fingerprint)
    }

    @Test(arguments: ["", "ba", String(repeating: "0", count: 63), String(repeating: "g", count: 64)])
    func whatIsNoFingerprintIsNotRead(text: String) {
        #expect(Fingerprint(hex: text) == nil)
    }

    @Test(arguments: [
        ("ba7816bf8f01cfea", true), ("BA7816BF8F01CFEA", false), ("ba7816bf8f01cfe", false), ("", false),
        ("ba7816bf8f01cfeaa", false), ("ba7816bf8f01cfeü", false),
    ])
    func anIdHasItsForm(text: String, isOne: Bool) {
        #expect(NodeID(rawValue: text).isWellFormed == isOne)
    }

    @Test(arguments: [
        ("box", "box"), ("  my   box ", "my box"), ("a\u{1B}[2Jb\n", "a[2Jb"), ("\u{202E}evil", "evil"),
        ("\n\t", "node"),
        (String(repeating: "ä", count: 40), String(repeating: "ä", count: 31)), ("", "node"),
    ])
    func namesAreMadeHarmless(name: String, clean: String) {
        #expect(NodeName.cleaned(name, otherwise: "node") == clean)
        #expect(NodeName.isAllowed(name) == (name == clean))
    }
}
