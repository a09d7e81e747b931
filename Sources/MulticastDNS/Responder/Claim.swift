/// A name that this process wants for itself: its host's or a service's.
struct Claim {
    enum Kind: Equatable {
        case host
        /// By its place among the services.
        case service(Int)
    }

    let kind: Kind
    /// The name that was asked for.
    let wish: String
    /// 1 for the wish itself, 2 for `name (2)`.
    private(set) var attempt = 1
    /// When others were found to have the name, within the last ten seconds.
    private var conflicts: [Duration] = []

    init(_ kind: Kind, wish: String) {
        self.kind = kind
        self.wish = wish
    }

    /// The name that is claimed at present.
    var name: String {
        switch kind {
        case .host: HostName.attempt(attempt, of: wish)
        case .service: InstanceName.attempt(attempt, of: wish)
        }
    }

    /// Takes the next name.
    /// - Returns: how long to wait before it is probed: after 15 conflicts within ten seconds, five seconds
    ///   (RFC 6762 §8.1).
    mutating func rename(at now: Duration) -> Duration {
        attempt += 1
        conflicts = conflicts.filter { now - $0 < .seconds(10) } + [now]
        return conflicts.count >= 15 ? .seconds(5) : .zero
    }
}

/// How far a claim has come on one link.
enum Progress: Equatable {
    /// - `sent`: how many of the three probes went out.
    case probing(sent: Int, next: Duration)
    case announcing(sent: Int, next: Duration)
    case established

    var next: Duration? {
        switch self {
        case .probing(_, let next), .announcing(_, let next): next
        case .established: nil
        }
    }

    var isProbing: Bool {
        if case .probing = self { true } else { false }
    }
}
