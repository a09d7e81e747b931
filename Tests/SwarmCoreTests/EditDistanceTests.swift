import SwarmCore
import Testing

struct EditDistanceTests {
    @Test func distancesCountChanges() {
        #expect(editDistance("", "abc") == 3)
        #expect(editDistance("kitten", "sitting") == 3)
        #expect(editDistance("same", "same") == 0)
    }

    @Test func nearNamesComeTheMostSimilarFirst() {
        let names = ["qwen3", "qwen2.5-coder", "qwen3-coder", "bumble"]
        #expect(nearNames("Qwen3-Codr", among: names) == ["qwen3-coder"])
        #expect(nearNames("bumbel", among: names) == ["bumble"])
        #expect(nearNames("something else", among: names).isEmpty)
        #expect(nearNames("aa", among: ["ab", "ac", "ad", "ae"], count: 2) == ["ab", "ac"])
    }
}
