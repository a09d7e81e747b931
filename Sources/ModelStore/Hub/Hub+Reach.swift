import NIOCore
import NIOHTTP1

extension Hub {
    /// Asks whether the hub answers at all, whatever it says; once, and without the token.
    ///
    /// - Throws: `PullError.givenUp` with the reason when it does not within the limit, and `.offline` when it may not be
    ///   asked.
    package func reach(within limit: Duration) async throws(PullError) {
        if settings.isOffline { throw .offline(settings.address.endpoint) }
        do throws(Trouble) {
            _ = try await web.get(
                settings.address.endpoint,
                headers: [:],
                method: .HEAD,
                deadline: .now() + .nanoseconds(limit.nanoseconds)
            )
        } catch {
            switch error {
            case .passing(let reason, _): throw .givenUp(reason: reason, attempts: 1)
            case .final(let error): throw error
            }
        }
    }
}
