import AsyncHTTPClient
package import ModelCatalog
import NIOCore
import NIOHTTP1

extension Hub {
    /// Bytes of a header that are asked for at first, and at most: the largest vocabularies take some ten megabytes.
    private static let firstPart: UInt64 = 4 << 20
    private static let mostBytes: UInt64 = 128 << 20

    /// The headers of a model's files, read by ranges of their first megabytes: enough to reckon whether it fits.
    ///
    /// - Throws: also when a file is no GGUF.
    package func headers(of artifact: ModelArtifact) async throws(PullError) -> [GGUFHeader] {
        guard !artifact.files.isEmpty, artifact.format == .gguf else {
            throw .unusable(artifact.repository, reason: "only GGUF files have headers to read")
        }
        if settings.isOffline { throw .offline(artifact.repository) }
        var headers: [GGUFHeader] = []
        for file in artifact.files { headers.append(try await header(of: file, in: artifact)) }
        return headers
    }

    private func header(
        of file: ModelArtifact.File,
        in artifact: ModelArtifact
    ) async throws(PullError) -> GGUFHeader {
        let address = settings.address.address(of: file, in: artifact)
        var wanted = Self.firstPart
        while wanted <= Self.mostBytes {
            let length = wanted
            let prefix = try await retrying { () async throws(Trouble) -> [UInt8] in
                let reply = try await get(address, headers: ["Range": "bytes=0-\(length - 1)"])
                guard reply.status == 206 || reply.status == 200 else {
                    let subject = Refusal.Subject.repository(artifact.repository, revision: artifact.revision)
                    throw reply.refusal(subject, hasToken: settings.token != nil)
                }
                return try await reply.beginning(Int(length))
            }
            do throws(GGUFError) {
                // A shorter answer is the whole file.
                let isWhole = UInt64(prefix.count) < wanted
                switch try GGUFHeader.read(prefix, fileSize: isWhole ? UInt64(prefix.count) : file.bytes) {
                case .header(let header): return header
                case .needs(let end): wanted = max(2 * wanted, end)
                }
            } catch {
                throw .unusable(file.name, reason: "\(error)")
            }
        }
        throw .unusable(file.name, reason: "its header is longer than \(Self.mostBytes >> 20) MiB")
    }
}

extension Hub.Reply {
    /// The first bytes of the body; a server that knows no ranges is not read to the end.
    func beginning(_ count: Int) async throws(Trouble) -> [UInt8] {
        var bytes: [UInt8] = []
        do {
            for try await part in response.body {
                bytes += part.readableBytesView.prefix(count - bytes.count)
                if bytes.count >= count { break }
            }
        } catch {
            throw Web.trouble(error, with: origin)
        }
        return bytes
    }
}
