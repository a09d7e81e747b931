import Hardware
import ModelCatalog
import Testing

@Suite struct SelectionTests {
    private func choices(_ machine: Machine, _ wish: Wish = Wish()) throws -> [Selection.Choice] {
        try Selection.choose(BuiltIn.catalogue.get(), on: machine, wish)
    }

    private static let table: [(name: String, machine: Machine, models: Set<String>, context: Int, fewest: Int)] = [
        ("4 GB laptop", Machines.laptop4, ["qwen2.5-coder:0.5b", "qwen2.5-coder:1.5b"], 32_768, 3),
        ("8 GB laptop", Machines.laptop8, ["qwen2.5-coder:3b", "qwen2.5-coder:1.5b"], 32_768, 5),
        ("16 GB laptop", Machines.laptop16, ["qwen3:4b", "qwen2.5-coder:7b"], 32_768, 5),
        ("24 GB card", Machines.rtx4090, ["qwen3-coder:30b-a3b"], 32_768, 3),
        ("M1 with 8 GB", Machines.m1, ["qwen2.5-coder:3b", "qwen2.5-coder:1.5b"], 32_768, 3),
        ("M4 Max", Machines.m4Max, ["qwen3-coder:30b-a3b"], 32_768, 5),
        ("two H100", Machines.h100s, ["qwen3-coder:30b-a3b"], 32_768, 5),
        ("phone", Machines.phone, ["qwen2.5-coder:0.5b", "qwen2.5-coder:1.5b"], 32_768, 3),
        ("1 GB board", Machines.tiny, ["bumble:2m"], 2048, 5),
    ]

    @Test(arguments: table.indices)
    func everyMachineGetsWhatSuitsIt(place: Int) throws {
        let (name, machine, models, context, fewest) = Self.table[place]
        let choices = try choices(machine)
        let best = try #require(choices.first, "\(name)")
        let model = "\(best.entry.family.id):\(best.entry.size.id)"
        #expect(models.contains(model), "\(name): \(choices.prefix(4).map(\.entry.id))")
        #expect(best.fit.context >= context, "\(name)")
        #expect(best.fit.candidates >= fewest, "\(name)")
        #expect(best.fit.verdict.fits)
        #expect(best.speed > .tooSlow)
    }

    @Test func moreMemoryGoesToABetterModelFirst() throws {
        var machine = Machines.rtx4090
        var last = 0
        for gigabytes in [4, 6, 8, 12, 16, 24, 48, 80] as [UInt64] {
            machine.accelerators[0].total = gigabytes << 30
            machine.accelerators[0].free = gigabytes << 30
            let best = try #require(try choices(machine, Wish(slowest: .usable)).first)
            #expect(best.worth >= last, "\(gigabytes): \(best.entry.id)")
            last = best.worth
        }
        #expect(last == 72)
    }

    @Test func aLongContextGoesBeforeABetterModel() throws {
        let choices = try choices(Machines.rtx4090, Wish(abilities: [.chat]))
        let contexts = choices.filter { !$0.entry.isBundled && $0.fit.candidates > 1 }.map(\.fit.context)
        #expect(contexts == contexts.sorted(by: >))
        let short = try #require(choices.first { $0.entry.family.id == "codellama" })
        #expect(short.fit.context == 16_384)
    }

    @Test func whatIsChosenCallsTools() throws {
        let choices = try choices(Machines.rtx4090)
        #expect(choices.allSatisfy { $0.entry.size.abilities.contains(.tools) })
        #expect(choices.count > 5)
    }

    @Test func aLargeModelIsNotChosenForASmallProcessor() throws {
        var laptop = Machines.laptop16
        laptop.memory.available = 60 << 30
        let sizes = try choices(laptop).map { $0.entry }
        #expect(!sizes.contains { $0.size.parameters > 20_000_000_000 && $0.size.shape.activeParameters == nil })
        // Who asks for it by name gets it, and is told.
        let query = CatalogueQuery(family: "qwen2.5-coder", size: "32b", quantisation: Quantisation("q4_k_m"))
        let named = try #require(try choices(laptop, Wish(only: query)).first)
        #expect(named.speed == .tooSlow)
        #expect(named.reasons.last == "likely too slow")
    }

    @Test func theBundledModelIsTheLastResort() throws {
        for machine in Machines.all {
            let choices = try choices(machine)
            let bundled = choices.firstIndex { $0.entry.isBundled }
            #expect(bundled == choices.count - 1)
        }
    }

    @Test func modelsWithoutChatAreNotChosenForIt() throws {
        #expect(!(try choices(Machines.h100s)).contains { $0.entry.family.id == "starcoder2" })
        let infill = try choices(Machines.h100s, Wish(abilities: [.infill]))
        #expect(infill.contains { $0.entry.family.id == "starcoder2" })
        #expect(!infill.contains { $0.entry.family.id == "llama3.2" })
    }

    @Test func whatIsLeftOutOfANameIsChosenByFit() throws {
        let query = CatalogueQuery(family: "qwen2.5-coder", size: "7b")
        let roomy = try #require(try choices(Machines.rtx4090, Wish(only: query)).first)
        #expect(roomy.entry.id == "qwen2.5-coder:7b:q8_0" || roomy.entry.id == "qwen2.5-coder:7b:f16")
        var laptop = Machines.laptop8
        laptop.memory.available = 6400 << 20
        let narrow = try #require(try choices(laptop, Wish(only: query)).first)
        #expect(narrow.entry.id == "qwen2.5-coder:7b:q4_k_m")
        #expect(narrow.fit.context < 32_768)
    }

    @Test func aModelThatDoesNotFitIsRefusedWithWhatDoes() throws {
        let catalogue = try BuiltIn.catalogue.get()
        let query = CatalogueQuery(family: "qwen2.5-coder", size: "32b")
        let wish = Wish(only: query)
        #expect(try Selection.choose(catalogue, on: Machines.laptop8, wish).isEmpty)
        let words = try #require(try Selection.refusal(catalogue, on: Machines.laptop8, wish))
        #expect(words.hasPrefix("qwen2.5-coder:32b does not fit this machine: qwen2.5-coder:32b:q4_k_m lacks "))
        #expect(words.contains("what fits: qwen2.5-coder:"))
        #expect(try Selection.refusal(catalogue, on: Machines.h100s, wish) == nil)
        #expect(throws: ModelReferenceError.self) {
            try Selection.refusal(catalogue, on: Machines.h100s, Wish(only: CatalogueQuery(family: "gpt-5")))
        }
    }

    @Test func theReasonsAreTheDecisionsInOrder() throws {
        let best = try #require(try choices(Machines.rtx4090).first)
        #expect(best.reasons.count == 5)
        #expect(best.reasons[0] == "32768 tokens of context, as much as agents want")
        #expect(best.reasons[1].hasSuffix("all of it on NVIDIA GeForce RTX 4090"))
        #expect(best.reasons[2].hasPrefix("worth most of the "))
        #expect(best.reasons[3].contains("candidates per answer"))
        #expect(best.reasons[4] == "likely \(best.speed.rawValue)")
    }

    @Test func theOrderIsTheSameHoweverTheCatalogueIsOrdered() throws {
        var catalogue = try BuiltIn.catalogue.get()
        let before = try Selection.choose(catalogue, on: Machines.laptop16).map(\.entry.id)
        catalogue.families.reverse()
        #expect(try Selection.choose(catalogue, on: Machines.laptop16).map(\.entry.id) == before)
    }

    @Test func speedIsAClassOfWeightsPerTokenAndKindOfDevice() throws {
        let catalogue = try BuiltIn.catalogue.get()
        let dense = try catalogue.entries(
            matching: .init(family: "qwen2.5-coder", size: "32b", quantisation: Quantisation("q4_k_m"))
        )
        let mixture = try catalogue.entries(
            matching: .init(family: "qwen3-coder", quantisation: Quantisation("q4_k_m"))
        )
        let machine = Machines.bigProcessor
        let slow = SpeedClass.of(Fit.of(try #require(dense.first).shape, on: machine), on: machine)
        let fast = SpeedClass.of(Fit.of(try #require(mixture.first).shape, on: machine), on: machine)
        #expect(slow < fast)
        #expect(SpeedClass.allCases.sorted() == [.tooSlow, .slow, .usable, .fast])
    }
}
