/// The records that this process answers with.
struct OwnRecords {
    var services: [Service]
    let lives: Lives

    /// The name of a service in full.
    static func instance(_ name: String, of service: Service) -> DomainName {
        DomainName(checked: [Array(name.utf8)] + service.type.domain.labels)
    }

    static func host(_ name: String) -> DomainName { DomainName(checked: [Array(name.utf8)] + DomainName.local.labels) }

    /// The records of a claim that nobody else may have.
    /// - Parameters:
    ///   - host: the present name of the host.
    ///   - addresses: those of the link.
    func unique(_ claim: Claim, host: DomainName, addresses: [IPAddress]) -> [ResourceRecord] {
        switch claim.kind {
        case .host:
            return addresses.map { ResourceRecord(name: host, data: .address($0), ttl: lives.host, isUnique: true) }
        case .service(let index):
            let service = services[index]
            let name = Self.instance(claim.name, of: service)
            let place = ServiceLocation(port: service.port, target: host)
            return [
                ResourceRecord(name: name, data: .srv(place), ttl: lives.host, isUnique: true),
                ResourceRecord(name: name, data: .txt(service.text.wire), ttl: lives.other, isUnique: true),
            ]
        }
    }

    /// The records of a claim beside which others may have theirs (RFC 6763 §4.1, §9).
    func shared(_ claim: Claim) -> [ResourceRecord] {
        guard case .service(let index) = claim.kind else { return [] }
        let type = services[index].type.domain
        let name = Self.instance(claim.name, of: services[index])
        return [
            ResourceRecord(name: type, data: .ptr(name), ttl: lives.other),
            ResourceRecord(name: ServiceType.enumeration, data: .ptr(type), ttl: lives.other),
        ]
    }

    /// Says which types a name of ours has, and so that it has no others (RFC 6762 §6.1).
    func denial(of name: DomainName, types: Set<RecordType>) -> ResourceRecord {
        ResourceRecord(
            name: name,
            data: .nsec(next: name, types: types.sorted { $0.rawValue < $1.rawValue }),
            ttl: lives.host,
            isUnique: true
        )
    }
}

/// For how many seconds others may remember our records.
package struct Lives: Sendable, Equatable {
    /// Of records that have to do with the host: SRV, A and AAAA; 120 is recommended (RFC 6762 §10).
    ///
    /// Who dies without a goodbye is forgotten after this time.
    package var host: UInt32
    /// Of all others.
    package var other: UInt32

    package init(host: UInt32 = 120, other: UInt32 = 4500) {
        self.host = host
        self.other = other
    }
}
