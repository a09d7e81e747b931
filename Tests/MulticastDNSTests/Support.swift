import MulticastDNS
import SwarmCore
import Testing

func name(_ text: String) -> DomainName {
    do { return try DomainName(text) } catch { preconditionFailure("\(text) is no name: \(error)") }
}

func type(_ text: String) -> ServiceType {
    guard let type = ServiceType(text) else { preconditionFailure("\(text) is no type") }
    return type
}

let swarmType = type("_local-swarm._tcp")
let eth0 = LinkID(interface: 2, family: .v4)
let eth0Six = LinkID(interface: 2, family: .v6)
let eth1 = LinkID(interface: 3, family: .v4)

/// A machine of the test network, on the port of multicast DNS.
func machine(_ number: UInt8, port: Int = 5353) -> Endpoint {
    Endpoint(address: .v4(0x0A4D_0000 | UInt32(number)), port: port)
}

func service(_ name: String, port: UInt16 = 4711, _ pairs: KeyValuePairs<String, String> = ["v": "1"]) -> Service {
    do {
        return try Service(type: swarmType, name: name, port: port, text: TextRecord(pairs))
    } catch { preconditionFailure("\(error)") }
}

extension Responder.Action {
    var packet: Outgoing? { if case .send(let packet) = self { packet } else { nil } }
}

extension Browser.Action {
    var packet: Outgoing? { if case .send(let packet) = self { packet } else { nil } }
    var change: ServiceChange? { if case .change(let change) = self { change } else { nil } }
}

extension Outgoing {
    var message: DNSMessage { get throws { try DNSMessage(bytes: bytes) } }
}

extension [Responder.Action] {
    var messages: [DNSMessage] { get throws { try compactMap { try $0.packet?.message } } }
}

extension [Browser.Action] {
    var messages: [DNSMessage] { get throws { try compactMap { try $0.packet?.message } } }
    var changes: [ServiceChange] { compactMap(\.change) }
}
