import AsyncHTTPClient
import Federation
import ModelCatalog
import ModelStore
import Observability

extension Launch {
    /// Fetches a model, with a bar or lines, until it is there or the task is cancelled.
    ///
    /// - Parameters:
    ///   - isOffline: nobody is asked; what is there is there.
    ///   - peer: the machine of the cluster to copy it from, in place of a hub.
    /// - Throws: `PullError`, or `Failure` where a repository leaves open which file is meant.
    func fetch(_ target: ModelNames.Target, isOffline: Bool = false, from peer: String? = nil) async throws -> Pulled {
        if let peer {
            return try await withPeer(peer) { link, address in
                let settings = HubSettings(address: HubAddress(endpoint: address.url))
                return try await fetch(target, settings, client: link.http)
            }
        }
        return try await fetch(target, try hubSettings(isOffline: isOffline))
    }

    private func fetch(
        _ target: ModelNames.Target,
        _ settings: HubSettings,
        client: HTTPClient? = nil
    ) async throws -> Pulled {
        let meter = PullMeter()
        let display = PullDisplay(terminal: terminal, meter: meter, isLive: showsStatus)
        defer { terminal.show([]) }
        return try await withThrowingTaskGroup(of: Pulled?.self) { group in
            group.addTask {
                await display.run()
                return nil
            }
            group.addTask { try await pulled(target, settings, client, meter) }
            defer { group.cancelAll() }
            // The display only ends when it is cancelled.
            for try await pulled in group { if let pulled { return pulled } }
            throw PullError.cancelled
        }
    }

    private func pulled(
        _ target: ModelNames.Target,
        _ settings: HubSettings,
        _ client: HTTPClient?,
        _ meter: PullMeter
    ) async throws -> Pulled {
        let store = store
        let result = try await Hub.open(settings, client: client, logger: logger) {
            hub throws(PullError) -> Result<Pulled, any Error> in
            let artifact: ModelArtifact
            switch target {
            case .artifact(let known): artifact = known
            case .repository(let reference):
                let listing = try await hub.listing(of: reference.repository, revision: reference.revision)
                do { artifact = try ModelNames.artifact(reference, in: listing) } catch { return .failure(error) }
            }
            return .success(try await store.pull(artifact, from: hub, meter: meter))
        }
        return try result.get()
    }
}
