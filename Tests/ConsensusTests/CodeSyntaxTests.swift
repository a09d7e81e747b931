import Consensus
import Testing

@Suite struct CodeSyntaxTests {
    @Test(arguments: [
        "x = 1", "return 1", "def f(a, /, b=1, *args: int, c, **kwargs: int) -> None: ...",
        "def f(\n  a,\n  # note\n  b,\n): return (a\n  + b)", "if a:\n\tpass\nelif b: pass\nelse:\n\tpass",
        "try:\n    a()\nexcept (A, B) as e:\n    raise C from e\nelse: pass\nfinally:\n    pass",
        "with (open(a) as b, open(c) as d,): pass", "with (a): pass", "with (yield): pass", "with (a).b as c[0]: pass",
        "x: int = 1; y = z = (yield x)", "a, *b = c", "(a.b)[c] = d", "for x, in y: pass\nelse: pass",
        "[x async for x in y if x if not y]", "{**a, 'b': 1}", "{*a, b}", "f(*a, b=1, **c)", "f(x for x in y)",
        "lambda *, a=1: (yield)", "x = a if b else lambda: c", "not a in b", "a is not b not in c", "-x ** -y",
        "x[1:2, ::3, ...]", "x[:, None]", "print(f'{a!r:>{b}}' \"c\")", "@a.b(c)\n@d\nasync def e(): await f",
        "class A(B, metaclass=C): x: int", "from . import a", "from .. a import (b as c,\n d,)", "global a, b",
        "match x:\n    case [1, *r] if r: pass\n    case A(b=c) | {'k': v, **d}: pass\n    case _: pass",
        "match = 1\nmatch[0]\ncase = match(x)", "if (n := f()) > 1: pass", "x = (y := 1, 2)", "1if x else 2",
        "s = '''a\n'b' \"\"\" '''", "a = b\\\n + c", "0xFF + 1_000 + 1e-3 + 0b1 + .5 + 1. + 1j + 00", "größe = 1",
        "x = {\n    'a': [1, 2],\n}", "while True:\n    break  # done", "del a[0], b.c, (d)", "assert x, 'y'",
        "print >> f, x", "type X = int", "# nothing but a comment",
    ])
    func pythonThatIsValidIsPlausible(_ code: String) {
        #expect(CodeSyntax.isPlausible(code, .python))
    }

    @Test(arguments: [
        "", " \n\t", "x = (1", "x = 1)", "x = [1)", "x = 'a", "x = '''a", "def f()\n    pass", "if x\n    pass",
        "if x:",
        "if x:\npass", "if x:\n    a\n  b", "  x = 1", "x = 1\n    y = 2", "x = 1 +", "foo bar", "print 'x'", "x = = 1",
        "return return", "for x y: pass", "for x in: pass", "for f() in y: pass", "while: pass", "try:\n    a",
        "else: pass",
        "try:\n    a\nb", "def f(a, b", "def f(a=1, b): pass", "f(a=1, b)", "1 = x", "f() = 1", "a + b = c", "x = 1abc",
        "007",
        "a ? b : c", "x = $y", "x++", "a && b", "import", "from x import", "lambda x", "x = if y", "[x for]",
        "{1: 2, 3}",
        "class A\n    pass", "del f()", "not", "a not b", "@a\nx = 1", "if a:\n\tx\n        y", "with: pass", "x = y z",
        "    return x\nreturn y", "self x = 1", "a\\ b", "``", "def 1f(): pass", "x = “a”",
    ])
    func pythonThatIsInvalidIsNot(_ code: String) {
        #expect(!CodeSyntax.isPlausible(code, .python))
    }

    @Test(arguments: [
        ("let a = \"x \\(b[\"c)\"]) (\" /* ( /* ) */ ( */\nlet c = #\"\\\" (\"#", CodeLanguage.swift),
        ("const a = `x ${b(`)`)} (`; const r = /[/(]\\//.test(s); // (", .javascript), ("char c = '('; /* ( */", .c),
        ("auto s = R\"x(\")x\"; int n = 1'000;", .c), ("fn f<'a>(x: &'a str) -> char { '(' }", .rust),
        ("let s = r#\"(\"\"#;", .rust), ("s := `(\\`", .go), ("String s = \"\"\"\n ( \" \"\"\";", .java),
        ("case $x in a) echo \"it's $(date)\" ;; esac # it's", .shell), ("cat <<EOF\nit's (\nEOF\n", .shell),
        ("SELECT 'it''s' -- (", .sql), ("{\"a\": [1]}", .json), ("a: it's [ not a list", .yaml),
        ("<p>it's</p>", .markup), ("a { b: url(x) }", .css), ("anything ( goes", .unknown),
    ])
    func otherLanguagesKnowTheirStringsAndComments(_ code: String, _ language: CodeLanguage) {
        #expect(CodeSyntax.isPlausible(code, language))
    }

    @Test(arguments: [
        ("func f() { print(\"a)\n}", CodeLanguage.swift), ("f(a]", .javascript), ("int main() {", .c), ("/* a", .rust),
        ("fmt.Println(\"a", .go), ("echo 'a", .shell), ("{\"a\": }", .json), ("{'a': 1}", .json),
    ])
    func whatDoesNotEndOrMatchIsNotPlausible(_ code: String, _ language: CodeLanguage) {
        #expect(!CodeSyntax.isPlausible(code, language))
    }

    @Test func deepNestingIsRefusedAndNotFatal() {
        for (open, close) in [
            ("(", ")"), ("[", "]"), ("-", ""), ("not ", ""), ("lambda: ", ""), ("f(", ")"), ("x ** ", ""),
        ] {
            let code = String(repeating: open, count: 20_000) + "x" + String(repeating: close, count: 20_000)
            #expect(!CodeSyntax.isPlausible(code, .python))
        }
        #expect(
            CodeSyntax.isPlausible(String(repeating: "(", count: 60) + "x" + String(repeating: ")", count: 60), .python)
        )
    }
}
