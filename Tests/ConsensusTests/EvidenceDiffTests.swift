import Consensus
import SwarmCore
import Testing

@Suite struct EvidenceDiffTests {
    private let base = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n"
    private let change = "one\ntwo\n3\nfour\nfive\nsix\nseven\n"

    private func apply(_ diff: String, to text: String? = nil) throws -> String? {
        let diff = try #require(UnifiedDiff(diff))
        return try #require(diff.files.first).applied(to: text ?? base)
    }

    @Test func gitHeadersAndSeveralFilesAreRead() throws {
        let diff = try #require(
            UnifiedDiff(
                """
                Some words before.
                diff --git a/src/a.py b/src/a.py
                index 123..456 100644
                --- a/src/a.py
                +++ b/src/a.py
                @@ -1,2 +1,2 @@ def f():
                 one
                -two
                +2
                @@ -9 +9,0 @@
                -nine
                diff --git a/new.txt b/new.txt
                new file mode 100644
                --- /dev/null
                +++ b/new.txt\t2026-01-01
                @@ -0,0 +1 @@
                +hello
                diff --git a/old.txt b/old.txt
                --- a/old.txt
                +++ /dev/null
                @@ -1 +0,0 @@
                -bye
                """
            )
        )
        #expect(diff.files.map(\.path) == ["src/a.py", "new.txt", "old.txt"])
        #expect(diff.files.map(\.hunks.count) == [2, 1, 1])
        #expect(diff.files[0].hunks.map(\.start) == [1, 9])
        #expect(diff.files[1].isNew && diff.files[2].isRemoved)
        #expect(diff.files[1].applied(to: "") == "hello\n")
        #expect(diff.files[2].applied(to: "bye\n") == "")
        #expect(UnifiedDiff("no change at all") == nil)
        #expect(UnifiedDiff("--- a\n+++ b\n") == nil)
    }

    @Test(arguments: [
        "@@ -2,3 +2,3 @@\n two\n-three\n+3\n four\n",
        "@@ -5,3 +5,3 @@\n two\n-three\n+3\n four\n",
        "@@ -2,99 +1,1 @@\n two\n-three\n+3\n four\n\n",
        "@@ @@\n two\n-three\n+3\n four",
        "@@ ... @@\n two \n-three\n+3\n four\t\n",
        "@@ -1,5 +1,5 @@\n ONE\n two\n-three\n+3\n four\n FIVE\n",
    ])
    func wrongNumbersAndLooseContextDoNoHarm(_ hunk: String) throws {
        #expect(try apply("--- a/f\n+++ b/f\n" + hunk) == change)
    }

    @Test func whatDoesNotFitGivesNothing() throws {
        #expect(try apply("--- f\n+++ f\n@@ -1 +1 @@\n-ten\n+10\n") == nil)
    }

    @Test func theNearestOfSeveralPlacesIsTaken() throws {
        let text = "a\nx\nb\nx\nc\nx\n"
        #expect(try apply("--- f\n+++ f\n@@ -4 +4 @@\n-x\n+y\n", to: text) == "a\nx\nb\ny\nc\nx\n")
        let twice = "--- f\n+++ f\n@@ -1,2 +1,4 @@\n a\n+1\n+2\n x\n@@ -6 +8 @@\n-x\n+y\n"
        #expect(try apply(twice, to: text) == "a\n1\n2\nx\nb\nx\nc\ny\n")
    }

    @Test func insertionsWithoutContextStandAfterTheLineNamed() throws {
        #expect(try apply("--- f\n+++ f\n@@ -1,0 +2 @@\n+new\n", to: "a\nb\n") == "a\nnew\nb\n")
        #expect(try apply("--- f\n+++ f\n@@ -0,0 +1 @@\n+new\n", to: "a\nb\n") == "new\na\nb\n")
    }

    @Test func aMissingLineFeedAtTheEndIsKept() throws {
        let mark = "\\ No newline at end of file\n"
        #expect(try apply("--- f\n+++ f\n@@ -2 +2 @@\n-b\n\(mark)+c\n\(mark)", to: "a\nb") == "a\nc")
        #expect(try apply("--- f\n+++ f\n@@ -2 +2 @@\n-b\n\(mark)+c\n", to: "a\nb") == "a\nc\n")
        #expect(try apply("--- f\n+++ f\n@@ -1 +1 @@\n-a\n+c\n", to: "a\nb") == "c\nb")
    }

    @Test func diffsWithTheSameResultHaveTheSameKey() throws {
        let files = FileTexts(["/home/me/src/f.txt": base])
        let small = try #require(UnifiedDiff("--- a/src/f.txt\n+++ b/src/f.txt\n@@ -3 +3 @@\n-three\n+3\n"))
        let wide = try #require(
            UnifiedDiff("--- src/f.txt\n+++ src/f.txt\n@@ @@\n one\n two\n-three\n-four\n+3  \n+four\n five\n")
        )
        #expect(PatchKey.key(of: small, files: files) == PatchKey.key(of: wide, files: files))
        #expect(PatchKey.key(of: small) != PatchKey.key(of: wide))
        #expect(
            PatchKey.key(of: change + "\n \n", at: "/home/me/./src//f.txt") == PatchKey.key(of: small, files: files)
        )
    }

    @Test func withoutTheFileOnlyChangedLinesCount() throws {
        let one = try #require(UnifiedDiff("--- a/f\n+++ b/f\n@@ -3 +3 @@\n context\n-three\n+3 \n"))
        let other = try #require(UnifiedDiff("--- f\n+++ f\n@@ -30,9 +30,9 @@\n-three\n+3\n more\n"))
        let elsewhere = try #require(UnifiedDiff("--- g\n+++ g\n@@ -3 +3 @@\n-three\n+3\n"))
        #expect(PatchKey.key(of: one) == PatchKey.key(of: other))
        #expect(PatchKey.key(of: one) != PatchKey.key(of: elsewhere))
    }

    @Test func theOrderOfFilesDoesNotCount() throws {
        let a = "--- a.txt\n+++ a.txt\n@@ -1 +1 @@\n-1\n+2\n"
        let b = "--- b.txt\n+++ b.txt\n@@ -1 +1 @@\n-3\n+4\n"
        #expect(
            PatchKey.key(of: try #require(UnifiedDiff(a + b))) == PatchKey.key(of: try #require(UnifiedDiff(b + a)))
        )
    }
}
