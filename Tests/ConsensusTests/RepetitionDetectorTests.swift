import Consensus
import Testing

@Suite struct RepetitionDetectorTests {
    @Test(arguments: [
        String(repeating: "a", count: 64), "Good start. " + String(repeating: "and so on ", count: 8),
        String(repeating: "A sentence of the model, again and again. ", count: 4),
        "x " + String(repeating: "line of a loop\n", count: 9) + "line of", String(repeating: "ß…", count: 40),
    ])
    func loopsAreFound(_ text: String) {
        #expect(RepetitionDetector.isLooping(text))
    }

    @Test(arguments: [
        "", "short", String(repeating: "a", count: 63), String(repeating: "A sentence of the model, again. ", count: 3),
        String(repeating: "ab", count: 60) + " and then it went on to say something quite different from that",
        "One ordinary sentence, followed by another one that says something else, and by a third one that ends it.",
    ])
    func ordinaryTextIsNoLoop(_ text: String) {
        #expect(!RepetitionDetector.isLooping(text))
    }
}
