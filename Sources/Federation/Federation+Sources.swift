import Logging
import Swarm
import SwarmCore
import WireFormats

extension Federation {
    func link(to fingerprint: Fingerprint) -> PeerLink {
        state.withLock { state in
            if let link = state.links[fingerprint.id] { return link }
            let link = PeerLink(identity, expecting: fingerprint)
            state.links[fingerprint.id] = link
            return link
        }
    }

    /// Takes note of a failure outside of a vote.
    func note(_ failure: PeerFailure, of fingerprint: Fingerprint) {
        state.withLock { [now, time] state in
            state.table.failed(fingerprint, because: failure.description, isFatal: failure.isFatal, at: now)
            state.statistics[fingerprint.id, default: PeerStatistics()].note(error: failure.description, time: time)
            state.isDirty = true
        }
    }

    /// Makes a source of a peer that is well, or brings it up to date.
    func use(
        _ fingerprint: Fingerprint,
        _ card: PeerCard,
        _ address: PeerAddress,
        _ link: PeerLink,
        _ swarm: Swarm
    ) {
        let traits = traits(of: card, fingerprint.id, own: swarm.model.card)
        let known = state.withLock { $0.sources[fingerprint.id] }
        if let known {
            known.update(address: address, traits: traits, isBusy: card.isBusy)
            return
        }
        let name = state.withLock { state in
            let name = state.table.entry(fingerprint.id)?.name ?? fingerprint.id.rawValue
            // Names are told in reports and may be the same.
            let isTaken = state.sources.values.contains { $0.id.rawValue == name } || name == "local"
            return isTaken ? "\(name) (\(fingerprint.id.rawValue.prefix(4)))" : name
        }
        let source = PeerSource(
            id: SourceID(rawValue: name),
            fingerprint: fingerprint,
            link: link,
            address: address,
            traits: traits,
            own: identity.id,
            timeout: .seconds(settings.timeouts[name] ?? settings.timeout)
        ) { [self] outcome in
            switch outcome {
            case .answered: state.withLock { [now] in $0.table.succeeded(fingerprint, at: now) }
            case .failed(let failure): note(failure, of: fingerprint)
            }
        }
        source.update(address: address, traits: traits, isBusy: card.isBusy)
        state.withLock { $0.sources[fingerprint.id] = source }
    }

    func traits(of card: PeerCard, _ id: NodeID, own: ModelCard) -> SourceTraits {
        let ratio = state.withLock { $0.ratios[id] } ?? 1
        // Another quantisation of the same model makes other mistakes.
        let model: ModelID? =
            card.fingerprint == own.fingerprint
            ? nil
            : card.model == own.id ? ModelID(rawValue: "\(card.model)@\(id.rawValue.prefix(4))") : card.model
        return SourceTraits(
            model: model,
            isTrusted: false,
            curve: card.curve.mapValues { $0 * ratio }
        )
    }
}
