import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// A small question to a server of this or another machine.
enum HTTPQuestion {
    struct Answer: Sendable {
        var status: Int
        /// At most `maximumBytes` of it.
        var body: [UInt8]
    }

    private static let maximumBytes = 1 << 20

    /// Asks and reads the answer.
    ///
    /// - Parameter method: `GET` or `HEAD`.
    /// - Parameter limit: for all of it.
    /// - Throws: when nobody answers in time, or with more than a mebibyte.
    static func ask(
        _ address: String,
        method: String = "GET",
        headers: [(String, String)] = [],
        limit: TimeAmount
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: address)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let response = try await HTTPClient.shared.execute(request, timeout: limit)
        let body = try await response.body.collect(upTo: maximumBytes)
        return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
    }
}
