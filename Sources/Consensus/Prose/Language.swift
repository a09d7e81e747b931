/// A guess at the language of a text.
enum Language {
    /// ISO 639-1 code of a language in Latin script, else the script's ISO 15924 code; `nil` when unsure.
    ///
    /// The script is the one with the most letters. Among Latin languages stop words decide: at least two, and more than
    /// any other language has.
    static func code(of text: String) -> String? {
        var latinLetters = 0
        var letters: [String: Int] = [:]
        for scalar in text.unicodeScalars.prefix(mostScalars) {
            if scalar.isASCII {
                latinLetters += (0x61...0x7A).contains(scalar.value | 0x20) ? 1 : 0
            } else if scalar.properties.isAlphabetic, let script = script(of: scalar.value) {
                letters[script, default: 0] += 1
            }
        }
        if latinLetters > 0 { letters["Latn", default: 0] += latinLetters }
        // Japanese is written with Han characters as well.
        if let kana = letters.removeValue(forKey: "Jpan") {
            letters[kana * 10 >= letters["Hani", default: 0] ? "Jpan" : "Hani", default: 0] += kana
            if letters["Jpan"] != nil { letters["Jpan", default: 0] += letters.removeValue(forKey: "Hani") ?? 0 }
        }
        let dominant = letters.max { $0.value != $1.value ? $0.value < $1.value : $0.key > $1.key }?.key
        return dominant == "Latn" ? latin(text) : dominant
    }

    /// Most of a text that is looked at.
    private static let (mostScalars, mostWords) = (1000, 150)

    private static func latin(_ text: String) -> String? {
        var hits: [String: Int] = [:]
        for word in Words.all(in: text, limit: mostWords) {
            for language in languages[word] ?? [] { hits[language, default: 0] += 1 }
        }
        let most = hits.values.max() ?? 0
        let best = hits.filter { $0.value == most }
        return most >= 2 && best.count == 1 ? best.first?.key : nil
    }

    private static func script(of scalar: UInt32) -> String? {
        switch scalar {
        case 0xAA...0x24F, 0x1E00...0x1EFF: "Latn"
        case 0x370...0x3FF, 0x1F00...0x1FFF: "Grek"
        case 0x400...0x52F: "Cyrl"
        case 0x530...0x58F: "Armn"
        case 0x590...0x5FF: "Hebr"
        case 0x600...0x6FF, 0x750...0x77F: "Arab"
        case 0x900...0x97F: "Deva"
        case 0x980...0x9FF: "Beng"
        case 0xB80...0xBFF: "Taml"
        case 0xE00...0xE7F: "Thai"
        case 0x10A0...0x10FF: "Geor"
        case 0x1100...0x11FF, 0xAC00...0xD7AF: "Kore"
        case 0x3040...0x30FF: "Jpan"
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: "Hani"
        default: nil
        }
    }

    /// Of each stop word the languages that have it.
    private static let languages: [String: [String]] = {
        var languages: [String: [String]] = [:]
        for (language, words) in stopWords {
            for word in words { languages[word, default: []].append(language) }
        }
        return languages
    }()

    /// Frequent words, chosen so that few are shared.
    private static let stopWords: [String: Set<String>] = [
        "en": [
            "the", "and", "of", "to", "is", "are", "was", "it", "that", "this", "for", "with", "on", "as", "you",
            "your",
            "be", "by", "or", "from", "at", "not", "have", "has", "can", "which", "will", "if", "its", "an", "i",
            "here",
            "there", "what", "how", "we", "they", "but", "my", "so", "do", "me", "in",
        ],
        "de": [
            "der", "die", "das", "und", "ist", "ein", "eine", "einen", "nicht", "mit", "zu", "auf", "für", "von", "den",
            "dem", "des", "sich", "auch", "sie", "ich", "wird", "sind", "im", "oder", "als", "wie", "bei", "kann", "es",
            "wir", "aber", "wenn", "hier", "zum", "zur", "durch", "nach", "in",
        ],
        "fr": [
            "le", "la", "les", "des", "et", "est", "un", "une", "du", "dans", "pour", "que", "qui", "pas", "sur",
            "avec",
            "ce", "cette", "vous", "je", "il", "sont", "par", "plus", "au", "ou", "mais", "nous", "de", "en", "c", "l",
            "d", "être", "voici", "votre",
        ],
        "es": [
            "el", "la", "los", "las", "y", "es", "un", "una", "que", "de", "en", "por", "para", "con", "no", "se",
            "del",
            "al", "lo", "como", "más", "su", "pero", "está", "son", "o", "este", "esta", "aquí", "puede", "usted",
            "muy",
        ],
        "it": [
            "il", "la", "gli", "le", "e", "è", "un", "una", "che", "di", "in", "per", "con", "non", "si", "del",
            "della",
            "dei", "delle", "nel", "sono", "come", "più", "ma", "questo", "questa", "anche", "ecco", "puoi", "da", "al",
        ],
        "pt": [
            "o", "a", "os", "as", "e", "é", "um", "uma", "que", "de", "em", "por", "para", "com", "não", "se", "do",
            "da",
            "dos", "das", "no", "na", "mais", "como", "mas", "são", "você", "este", "esta", "aqui", "pode", "ao",
        ],
        "nl": [
            "de", "het", "een", "en", "is", "van", "dat", "niet", "met", "op", "voor", "te", "zijn", "aan", "er", "ook",
            "als", "maar", "om", "bij", "naar", "kan", "je", "ik", "wordt", "deze", "dit", "of", "hij", "we", "u", "in",
        ],
    ]
}
