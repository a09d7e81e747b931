import SwarmCLI
import Testing

@Suite struct ArgumentsTests {
    @Test(arguments: [
        ["--auto"], ["--auto", "--federation"], ["--tool-server", "--tool-port", "0"], ["--model=x.gguf"],
        ["--port", "8080"], ["-n", "3"], ["--nonsense"], ["--auto", "--help"],
    ])
    func optionsWithoutACommandAreThoseOfServe(given: [String]) {
        #expect(Arguments.completed(given) == ["serve"] + given)
    }

    @Test(arguments: [
        [], ["serve"], ["serve", "--auto"], ["detect", "--json"], ["--help"], ["-h"], ["--version"], ["help", "serve"],
        ["--generate-completion-script", "bash"], ["--generate-completion-script=zsh"], ["---completion", "serve"],
        ["--help-hidden"], ["nonsense", "--auto"],
    ])
    func allElseStaysAsItIs(given: [String]) {
        #expect(Arguments.completed(given) == given)
    }
}
