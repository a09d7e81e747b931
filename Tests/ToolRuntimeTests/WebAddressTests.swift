import Testing

@testable import ToolRuntime

struct WebAddressTests {
    @Test(arguments: [
        ("http://example.org", "http://example.org/"), ("HTTPS://Example.ORG:443/A?b=c#d", "https://example.org/A?b=c"),
        ("http://example.org:8080/x", "http://example.org:8080/x"), ("http://example.org./", "http://example.org/"),
        ("http://127.1", "http://127.0.0.1/"), ("http://2130706433/", "http://127.0.0.1/"),
        ("http://0x7f.1/", "http://127.0.0.1/"), ("http://0177.0.0.01/", "http://127.0.0.1/"),
        ("http://0x7f000001", "http://127.0.0.1/"), ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"), ("http://a.org/ü x", "http://a.org/%C3%BC%20x"),
        ("http://a.org/100%", "http://a.org/100%25"), ("http://a.org/%41", "http://a.org/%41"),
        ("  http://a.org/ ", "http://a.org/"), ("http://a.org?x", "http://a.org/?x"),
    ])
    func addressesAreReadInOneWay(text: String, form: String) throws { #expect(try WebAddress(text).text == form) }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://a.org", "gopher://a.org", "javascript:alert(1)", "data:text/html,x", "example.org",
        "example.org:80/x", "http:example.org", "http:/example.org", "http://", "http:///x", "http://user@a.org",
        "http://user:pass@a.org", "http://a.org\\@127.0.0.1", "http://a.org:99999", "http://a.org:0", "http://a.org:8a",
        "http://a b.org", "http://a%2eorg", "http://exämple.org", "http://①②⑦.⓪.⓪.①", "http://256.1.1.1",
        "http://1.2.3.4.5", "http://0x100000000", "http://08.1", "http://[::1", "http://[fe80::1%25eth0]/",
        "http://[1:2]", "http://[::1]x/", "http://a..b", "http://127。0。0。1", "", "://a", "http://[127.0.0.1]",
        "http://a.org\n.evil",
    ])
    func whatOthersMightReadDifferentlyIsRefused(text: String) {
        #expect(throws: WebAddressError.self) { try WebAddress(text) }
    }

    @Test(arguments: [
        ("/x", "http://a.org/x"), ("x", "http://a.org/d/x"), ("../x", "http://a.org/x"), ("?q", "http://a.org/d/p?q"),
        ("//b.org/x", "http://b.org/x"), ("https://b.org", "https://b.org/"), ("./../../../x", "http://a.org/x"),
        ("#f", "http://a.org/d/p?o=1"), ("", "http://a.org/d/p?o=1"), ("x/./y/", "http://a.org/d/x/y/"),
        ("..", "http://a.org/"),
    ])
    func referencesAreResolved(reference: String, form: String) throws {
        #expect(try WebAddress("http://a.org/d/p?o=1").resolving(reference).text == form)
    }

    @Test(arguments: [
        "file:///etc/passwd", "mailto:a@b", "//user@127.0.0.1/", "\\\\127.0.0.1\\x", "http://[::1%25lo]/",
    ])
    func referencesThatLeaveTheWebAreRefused(reference: String) throws {
        let page = try WebAddress("http://a.org/")
        #expect(throws: WebAddressError.self) { try page.resolving(reference) }
    }
}

struct IPAddressTests {
    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
        ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"), ("::ffff:1.2.3.4", "::ffff:102:304"),
        ("1:0:3:4:5:6:7:8", "1:0:3:4:5:6:7:8"),
    ])
    func addressesHaveOneText(text: String, form: String) { #expect(IPAddress(text)?.description == form) }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
        "12345::",
        "g::", "::1%lo", "1.2.3.4::", "+1.2.3.4", "1:2:3:4:5:6:7::8",
    ])
    func whatIsNoAddressIsNone(text: String) { #expect(IPAddress(text) == nil) }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.255.254",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.251", "239.255.255.250", "240.0.0.1",
        "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b:1::1", "100::1", "2001::1", "2001:2::1", "2001:20::1",
        "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
        "febf::1", "fec0::1", "ff02::fb", "4000::1", "::2", "1::1",
    ])
    func noSpecialAddressIsPublic(text: String) throws {
        #expect(SpecialNetworks.kind(of: try #require(IPAddress(text))) != nil)
    }

    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.1.1", "192.167.0.1",
        "198.17.0.1", "198.20.0.1", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    ])
    func publicAddressesArePublic(text: String) throws {
        #expect(SpecialNetworks.kind(of: try #require(IPAddress(text))) == nil)
    }
}
