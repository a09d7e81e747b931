import SwarmCore
import Testing

@testable import Sandboxing

struct AnswersTests {
    @Test func theOldestAnswerMakesRoom() {
        var answers = Answers(capacity: 2)
        for code in ["a", "b", "a", "c"] {
            answers.keep(.init(isValid: true), for: Question(language: "python", code: code))
        }
        #expect(answers.count == 2)
        #expect(answers[Question(language: "python", code: "a")] == nil)
        #expect(answers[Question(language: "python", code: "b")] != nil)
        #expect(answers[Question(language: "python", code: "c")] != nil)
    }
}
