/// Puts the records of all interfaces together to services.
struct Resolution {
    private(set) var services: [DiscoveredService.ID: DiscoveredService] = [:]

    init(types: [ServiceType], caches: [Int: RecordCache], names: [Int: String]) {
        for (interface, cache) in caches.sorted(by: { $0.key < $1.key }) {
            for instance in cache.instances {
                guard let type = types.first(where: { $0.domain == instance.name.parent }),
                    let found = Self.service(
                        instance.name,
                        type: type,
                        cache: cache,
                        interface: interface,
                        names: names
                    )
                else { continue }
                merge(found)
            }
        }
        for id in services.keys { services[id]?.addresses.sort() }
    }

    /// A service as one interface shows it; `nil` as long as something is missing.
    private static func service(
        _ instance: DomainName,
        type: ServiceType,
        cache: RecordCache,
        interface: Int,
        names: [Int: String]
    ) -> DiscoveredService? {
        guard let name = type.instance(in: instance), let place = cache.place(of: instance),
            let text = cache.entries(instance, .txt).max(by: { $0.received < $1.received }),
            case .txt(let bytes) = text.record.data
        else { return nil }
        let addresses = cache.addresses(of: place.target).map { address in
            ScopedAddress(address: address, interface: names[interface] ?? "\(interface)", interfaceIndex: interface)
        }
        guard !addresses.isEmpty else { return nil }
        return DiscoveredService(
            id: DiscoveredService.ID(instance: instance),
            type: type,
            name: name,
            host: place.target,
            port: place.port,
            text: TextRecord(wire: bytes),
            addresses: addresses
        )
    }

    /// The first interface decides; others add their addresses when they agree on the place.
    private mutating func merge(_ found: DiscoveredService) {
        guard let known = services[found.id] else {
            services[found.id] = found
            return
        }
        guard known.host == found.host, known.port == found.port else { return }
        services[found.id]?.addresses += found.addresses
    }
}

extension RecordCache {
    /// The newest SRV record, or of several that are equally new the one with the lowest priority.
    fileprivate func place(of instance: DomainName) -> ServiceLocation? {
        let places = entries(instance, .srv).compactMap { entry -> (Duration, ServiceLocation)? in
            if case .srv(let place) = entry.record.data { (entry.received, place) } else { nil }
        }
        return places.max { one, other in
            (one.0, Int(other.1.priority), Int(other.1.port)) < (other.0, Int(one.1.priority), Int(one.1.port))
        }?.1
    }

    fileprivate func addresses(of host: DomainName) -> [IPAddress] {
        (entries(host, .a) + entries(host, .aaaa)).compactMap { entry in
            if case .address(let address) = entry.record.data { address } else { nil }
        }
    }

    func hasAddress(_ host: DomainName) -> Bool { !entries(host, .a).isEmpty || !entries(host, .aaaa).isEmpty }
}
