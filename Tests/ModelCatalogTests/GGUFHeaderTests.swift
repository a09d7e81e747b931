import Foundation
import ModelCatalog
import SwarmCore
import Testing

/// The bundled model, which llama.cpp's own tools wrote.
enum Bumble {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Models/bumble/bumble-q8_0.gguf").standardized.path

    static func bytes() throws -> [UInt8] { Array(try #require(FileManager.default.contents(atPath: path))) }
}

@Suite struct GGUFHeaderTests {
    @Test func theBundledModelIsReadAsItWasWritten() throws {
        let header = try GGUFFile.header(of: Bumble.path)
        #expect(header.version == 3)
        #expect(header.metadata.count == 35)
        #expect(header.metadata["general.architecture"] == .string("llama"))
        #expect(header.metadata["llama.context_length"] == .unsigned(2048))
        #expect(header.metadata["llama.rope.freq_base"] == .float(10_000))
        #expect(header.metadata["tokenizer.ggml.add_bos_token"] == .bool(false))
        guard case .list(let tokens, _) = header.metadata["tokenizer.ggml.tokens"] else {
            Issue.record("the vocabulary is no list")
            return
        }
        #expect(tokens == 2048)
        #expect(header.tensors.count == 56)
        #expect(header.weightBytes == 2_464_512)
        #expect(header.parameters == 2_312_640)
        #expect(header.fileBytes == 2_530_464)
        #expect(header.tensors.first?.name == "output_norm.weight")
        #expect(header.tensors[1].type == .q8_0)
        #expect(header.tensors[1].dimensions == [192, 2048])
    }

    @Test func anyShorterPrefixAsksForMoreAndNeverForMoreThanThereIs() throws {
        let bytes = try Bumble.bytes()
        let whole = try GGUFHeader.read(bytes)
        guard case .header(let header) = whole else {
            Issue.record("the whole file is not enough")
            return
        }
        let end = header.dataOffset
        for length in stride(from: 0, to: Int(end) - 32, by: 997) + [0, 1, 3, 4, 7, 8, 23, 24] {
            let reading = try GGUFHeader.read(Array(bytes[..<length]))
            guard case .needs(let wanted) = reading else {
                Issue.record("\(length) bytes gave a header")
                continue
            }
            #expect(wanted > length)
            #expect(wanted <= end)
        }
        #expect(try GGUFHeader.read(Array(bytes[..<Int(end)])) == whole)
    }

    @Test func aReaderThatGivesWhatIsAskedForEndsSoon() throws {
        let bytes = try Bumble.bytes()
        var length = 0
        var requests = 0
        while case .needs(let wanted) = try GGUFHeader.read(Array(bytes[..<length])) {
            length = min(bytes.count, max(Int(wanted), 2 * length))
            requests += 1
        }
        #expect(requests < 20)
    }

    @Test func aFileThatEndsWithinItsHeaderIsCutOff() throws {
        let bytes = try Bumble.bytes()
        #expect(throws: GGUFError.cutOff(at: 5000)) { try GGUFHeader.read(Array(bytes[..<5000]), fileSize: 5000) }
    }

    @Test func aFileThatEndsWithinItsWeightsNamesTheTensor() throws {
        let bytes = try Bumble.bytes()
        let error = #expect(throws: GGUFError.self) { try GGUFHeader.read(bytes, fileSize: 2_000_000) }
        guard case .tensor(_, let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("ends beyond the file"))
    }

    /// Whatever bytes are changed, the reader gives a header, a need or an error.
    @Test(arguments: 0..<150)
    func changedBytesNeverStopTheReader(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var bytes = Array(try Bumble.bytes()[..<70_000])
        for _ in 0..<Int.random(in: 1...20, using: &random) {
            // Most of the interesting numbers stand in the first thousand bytes, and behind the vocabulary.
            let place =
                Bool.random(using: &random)
                ? Int.random(in: 0..<1200, using: &random) : Int.random(in: 60_000..<66_000, using: &random)
            bytes[place] = UInt8.random(in: 0...255, using: &random)
        }
        do {
            if case .header(let header) = try GGUFHeader.read(bytes, fileSize: 2_530_464) {
                #expect(header.fileBytes <= 2_530_464)
                // The shape may be refused, but not stop the program either.
                _ = try? ModelShape([header])
            }
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    @Test(arguments: 0..<50)
    func anyBytesBehindTheMagicAreAnswered(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var bytes: [UInt8] = Array("GGUF".utf8) + [3, 0, 0, 0]
        for _ in 0..<Int.random(in: 0...400, using: &random) {
            bytes.append(Bool.random(using: &random) ? 0 : UInt8.random(in: 0...12, using: &random))
        }
        _ = try? GGUFHeader.read(bytes)
    }
}

@Suite struct GGUFHostileTests {
    typealias Change = @Sendable (inout GGUFBuilder) -> Void

    static let hostile: [(String, Change, String)] = [
        ("another format", { $0.magic = Array("GGML".utf8) }, "does not begin"),
        ("version 1", { $0.version = 1 }, "version 1"),
        ("version 4", { $0.version = 4 }, "version 4"),
        ("big-endian", { $0.version = UInt32(3).byteSwapped }, "big-endian"),
        ("endless tensors", { $0.tensorCount = .max }, "tensors"),
        ("endless values", { $0.valueCount = 1 << 62 }, "metadata values"),
        (
            "an endless list of numbers", { $0.values.append(("x", .claim(type: 10, count: .max, bytes: []))) },
            "bytes of header"
        ),
        (
            "an endless list of texts", { $0.values.append(("x", .claim(type: 8, count: 1 << 60, bytes: []))) },
            "elements of x"
        ),
        (
            "an endless text in a list",
            { $0.values.append(("x", .claim(type: 8, count: 1, bytes: [UInt8](repeating: 255, count: 8)))) },
            "bytes of header"
        ),
        ("a list of lists", { $0.values.append(("x", .listOfLists)) }, "list of lists"),
        (
            "a list of unknown things", { $0.values.append(("x", .claim(type: 99, count: 0, bytes: []))) },
            "unknown type 99"
        ),
        ("a key twice", { $0.values.append($0.values[0]) }, "comes twice"),
        ("an empty key", { $0.values.append(("", .uint32(1))) }, "is empty"),
        ("no alignment", { $0.values.append(("general.alignment", .uint32(0))) }, "power of two"),
        ("an odd alignment", { $0.values.append(("general.alignment", .uint32(48))) }, "power of two"),
        ("a tensor twice", { $0.tensors.append($0.tensors[0]) }, "comes twice"),
        ("no dimensions", { $0.tensors[0].dimensions = [] }, "0 dimensions"),
        ("five dimensions", { $0.tensors[0].dimensions = [32, 1, 1, 1, 1] }, "5 dimensions"),
        ("an empty dimension", { $0.tensors[0].dimensions = [64, 0] }, "size that makes no sense"),
        ("a size beyond all", { $0.tensors[0].dimensions = [1 << 40, 1 << 40] }, "size that makes no sense"),
        ("a broken block", { $0.tensors[1].dimensions = [65, 8] }, "size that makes no sense"),
        ("an unknown tensor type", { $0.tensors[1].type = 31 }, "unknown type 31"),
        ("a crooked place", { $0.tensors[1].offset = 33 }, "place that makes no sense"),
        ("a place beyond all", { $0.tensors[1].offset = 1 << 60 }, "place that makes no sense"),
        ("a place beyond the file", { $0.tensors[1].offset = 1 << 40 }, "ends beyond the file"),
    ]

    @Test func theBuilderItselfWritesFilesThatAreRead() throws {
        let bytes = GGUFBuilder.model().bytes
        guard case .header(let header) = try GGUFHeader.read(bytes, fileSize: UInt64(bytes.count)) else {
            Issue.record("it needs more")
            return
        }
        #expect(header.tensors.count == 5)
        var old = GGUFBuilder.model()
        old.version = 2
        guard case .header = try GGUFHeader.read(old.bytes) else {
            Issue.record("version 2 needs more")
            return
        }
    }

    @Test(arguments: hostile.indices)
    func whatMakesNoSenseIsNamed(place: Int) throws {
        let (name, change, words) = Self.hostile[place]
        var builder = GGUFBuilder.model()
        change(&builder)
        let bytes = builder.bytes
        let error = #expect(throws: GGUFError.self, "\(name)") {
            try GGUFHeader.read(bytes, fileSize: UInt64(bytes.count))
        }
        #expect(error?.description.contains(words) == true, "\(name): \(error?.description ?? "none")")
    }

    @Test func aKeyThatIsNotUTF8IsRefused() throws {
        var bytes = GGUFBuilder.model().bytes
        // The first byte of the first key, behind magic, version, counts and length.
        bytes[32] = 0xFF
        #expect(throws: GGUFError.name("a name")) { try GGUFHeader.read(bytes) }
    }
}
