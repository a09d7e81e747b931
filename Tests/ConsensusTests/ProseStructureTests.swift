import Consensus
import Testing

@Suite struct ProseStructureTests {
    @Test(arguments: [
        "I can't help with that.", "I'm sorry, but I can't assist with that request.", "I cannot help you with this.",
        "As an AI language model, I cannot browse the internet.", "Sorry, I do not know that. I am only a demo model.",
        "I am a tiny demo model, so I cannot do that. Please ask a larger model.",
        "Unfortunately, I am unable to do so.",
        "I’m sorry. I can’t provide that.", "I won't write malware.", "**I cannot** share personal data.",
        "Es tut mir leid, aber ich kann dabei nicht helfen.", "Lo siento, pero no puedo ayudarte con eso.",
        "That is beyond me: I am a tiny demo model.",
    ])
    func aRefusalIsOneAtTheStart(_ text: String) {
        #expect(Structure(text).intent == .refusal)
    }

    @Test(arguments: [
        "I can't reproduce the bug, but here is the fix: close the file first.", "I can't believe how fast this is.",
        "I'm sorry for the confusion. The function returns 3.", "You can't do that in Swift; use a class.",
        "The server says \"I can't help you\".", "I can't do it in one line, but here is a loop.",
        "As an AI, I think that both are fine.", "", "I cannot find a bug in this function.",
        "I can't access it.\n```swift\nlet a = 1\n```",
    ])
    func whatOnlySoundsLikeARefusalAnswers(_ text: String) {
        #expect(Structure(text).intent == .answer)
    }

    @Test(arguments: [
        "Which file do you mean?", "Could you clarify which version you use? It matters for the fix.",
        "There are two of them. Do you mean the first or the second?", "Please provide the stack trace.",
        "**What would you like to do?**", "どのファイルですか？",
    ])
    func aQuestionBackIsShortOrAsksAtOnce(_ text: String) {
        #expect(Structure(text).intent == .question)
    }

    @Test func anOfferAfterALongAnswerIsNoQuestionBack() {
        let answer = String(repeating: "The value is copied before it is changed. ", count: 8)
        #expect(Structure(answer + "Would you like an example?").intent == .answer)
        #expect(Structure("What is a monad? It is a type with two laws.").intent == .answer)
    }

    @Test(arguments: [
        ("Just a sentence.", Structure.Form.plain), ("- one\n- two", .list),
        ("Steps:\n1. one\n2. two\n3. three", .list),
        ("# Title\nText\n- a\n- b", .headings), ("Here:\n```\nx\n```\n- a\n- b", .code),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", .table), ("One\ntwo\n- three\nfour", .plain),
        ("#hashtag is no heading", .plain),
        ("-5 degrees\n-6 degrees", .plain), ("", .plain),
    ])
    func theFormIsTheMostTellingMark(_ text: String, _ form: Structure.Form) {
        #expect(Structure(text).form == form)
    }

    @Test(arguments: [
        ("The list is sorted and then the first element is returned.", "en"),
        ("Die Liste wird sortiert und das erste Element ist das Ergebnis.", "de"),
        ("La liste est triée et le premier élément est renvoyé par la fonction.", "fr"),
        ("La lista se ordena y el primer elemento es el resultado.", "es"),
        ("La lista è ordinata e il primo elemento è il risultato della funzione.", "it"),
        ("A lista é ordenada e o primeiro elemento é o resultado da função.", "pt"),
        ("De lijst wordt gesorteerd en het eerste element is het resultaat van de functie.", "nl"),
        ("Список сортируется, и возвращается первый элемент.", "Cyrl"), ("Η λίστα ταξινομείται.", "Grek"),
        ("列表已排序。", "Hani"), ("リストを並べ替えて最初の要素を返します。", "Jpan"), ("목록을 정렬합니다.", "Kore"),
        ("القائمة مرتبة", "Arab"), ("הרשימה ממוינת", "Hebr"), ("सूची क्रमबद्ध है", "Deva"),
    ])
    func languagesAreToldApart(_ text: String, _ language: String) {
        #expect(Structure(text).language == language)
    }

    @Test(arguments: ["", "42", "Foo bar baz", "```\nthe and of\n```"])
    func aLanguageIsNotGuessedFromTooLittle(_ text: String) {
        #expect(Structure(text).language == nil)
    }

    @Test func theStartOfAnAnswerTellsIntentAndLanguage() {
        let text = """
            To find the bug I looked at the parser first. It reads a line, splits it at commas and then converts each field \
            to a number. The conversion fails for an empty field, and the error is swallowed by the loop around it.

            - Check for empty fields before the conversion.
            - Report the line number with the error.

            Do you want me to change that?
            """
        let part = Structure(text.split(separator: " ").prefix(36).joined(separator: " "))
        let whole = Structure(text)
        #expect(part.intent == whole.intent)
        #expect(part.language == whole.language)
        #expect(whole.name == "answer, list, en")
        #expect(Structure("Foo").name == "answer, plain")
    }
}
