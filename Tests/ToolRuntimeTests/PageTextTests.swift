import Foundation
import Testing

@testable import ToolRuntime

struct PageTextTests {
    private func markdown(_ html: String, base: String? = nil, isMarkdown: Bool = true) throws -> String {
        let events = HTMLReader.events(Array(html.utf8), limit: 1 << 22)
        return PageText.text(events, isMarkdown: isMarkdown, base: try base.map { try WebAddress($0) })
    }

    @Test(arguments: [
        ("<p>One<p>Two", "One\n\nTwo"), ("<h2>A &amp; B</h2>text", "## A & B\n\ntext"),
        ("<ul><li>a<li>b<ul><li>c</ul></ul>d", "- a\n- b\n  - c\n\nd"), ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("a<br>b", "a\nb"), ("<b>x</b> and <i>y</i>", "**x** and *y*"), ("<code>f()</code>", "`f()`"),
        ("<pre>  a\n    b</pre>", "```\n  a\n    b\n```"), ("<blockquote>q</blockquote>", "> q"),
        ("<img alt='a cat' src=x>", "[image: a cat]"), ("x<script>alert('<p>')</script>y", "xy"),
        ("<style>p{}</style>x<!-- c -->", "x"), ("a &nbsp; b", "a b"), ("<hr>x", "---\n\nx"),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", "| A | B |\n| --- | --- |\n| 1 | 2 |"),
        ("<a href=\"javascript:x()\">j</a>", "j"), ("a <a href='http://b.org'><img src=x></a> c", "a c"),
        ("<b><i>over</b>lap</i>", "***over***lap"), ("", ""), ("<", "<"),
        ("<p>ümläut €</p>", "ümläut €"), ("a<b", "a"),
    ])
    func pagesBecomeMarkdown(html: String, text: String) throws { #expect(try markdown(html) == text) }

    @Test func linksAreWholeAddresses() throws {
        let html = "<a href='/x?a=1&b=2'>one</a> <a href='http://user@h/'>two</a> <a href='#f'>three</a>"
        #expect(
            try markdown(html, base: "https://a.org/d/") == "[one](https://a.org/x?a=1&b=2) two three"
        )
        #expect(try markdown(html, base: "https://a.org/d/", isMarkdown: false) == "one two three")
    }

    @Test func externalEntitiesAreNotLoaded() throws {
        let html = """
            <!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>
            <p>&x;&b;</p><link rel=import href="file:///etc/passwd"><iframe src="file:///etc/passwd"></iframe>
            """
        let text = try markdown(html)
        let host = (try? String(contentsOfFile: "/etc/hostname", encoding: .utf8))?.split(separator: "\n").first
        #expect(host.map { !text.contains($0) } ?? true)
        #expect(!text.contains("aaaa"))
        #expect(!text.contains("root:"))
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            String(repeating: "<div>", count: 200_000), String(repeating: "<b>", count: 300_000) + "x",
            "<p " + (0..<200_000).map { "a\($0)=1 " }.joined() + ">x",
            String(repeating: "<table><tr><td>", count: 50_000),
            String(repeating: "</p>", count: 250_000),
            "<a href='" + String(repeating: "x", count: 1_000_000) + "'>y</a>",
            String(repeating: "&lt;", count: 250_000), String(repeating: "<!--", count: 250_000),
            String(repeating: "<ul><li>", count: 100_000), String(repeating: "<a href=x>", count: 100_000),
            String(repeating: "<form><p>", count: 100_000),
            "<\u{1}\u{0}\u{FFFF}" + String(repeating: "<x\u{0}", count: 1000),
            String(repeating: "<", count: 1_000_000), String(repeating: "<blockquote>x", count: 50_000),
        ]
    )
    func hostilePagesEndInTimeAndSize(html: String) throws { #expect(try markdown(html).utf8.count < 8 << 20) }

    @Test func randomBytesAreNoProblem() {
        var state: UInt64 = 1
        for _ in 0..<300 {
            let bytes = (0..<2000).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let number = UInt8(truncatingIfNeeded: state >> 33)
                return number % 4 == 0 ? Array("<>&;/=\"'!-".utf8)[Int(number >> 2) % 10] : number
            }
            _ = PageText.text(HTMLReader.events(bytes, limit: 1 << 20), isMarkdown: true, base: nil)
        }
    }

    @Test func charactersAreReadAsDeclared() {
        let latin: [UInt8] = [0x67, 0x72, 0xFC, 0x6E, 0x80]
        #expect(PageEncoding.text(latin, charset: "iso-8859-1", isHTML: false) == "grün€")
        let page = Array("<meta charset=\"windows-1252\">".utf8) + latin
        #expect(PageEncoding.text(page, charset: nil, isHTML: true).hasSuffix("grün€"))
        #expect(PageEncoding.text(Array("grün".utf8), charset: nil, isHTML: false) == "grün")
        #expect(PageEncoding.text([0xEF, 0xBB, 0xBF, 0x61], charset: "latin1", isHTML: false) == "a")
        #expect(PageEncoding.text([0xFF, 0xFE, 0x61, 0x00], charset: nil, isHTML: false) == "a")
        #expect(
            ContentType("Text/HTML; Charset=\"UTF-8\"")
                == {
                    var type = ContentType("text/html")
                    type.charset = "utf-8"
                    return type
                }()
        )
    }
}
