import NIOCore
import SwarmCore

/// What the server of these settings says about other machines.
struct NetworkQuestion {
    let launch: Launch

    /// - Parameter what: `health`, `peers` or `diagnostics`.
    /// - Returns: `nil` when no server of ours runs there.
    /// - Throws: when it does not let us in.
    func ask(_ what: String) async throws -> JSON? {
        let settings = launch.settings
        guard let base = ServerAddress.local(host: settings.host, port: settings.port) else { return nil }
        let headers = settings.apiKeys.first.map { [("authorization", "Bearer \($0)")] } ?? []
        let answer = try? await HTTPQuestion.ask(base + "/v1/federation/" + what, headers: headers, limit: .seconds(2))
        guard let answer else { return nil }
        if answer.status == 401 {
            throw Failure("the server at \(base) wants an API key: give it with LOCAL_SWARM_HTTP_API_KEY")
        }
        return answer.status == 200 ? try? JSON(parsing: answer.body) : nil
    }
}
