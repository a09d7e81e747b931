import Hummingbird
import Logging
import MulticastDNS
import NIOCore
import NIOSSL

/// A request of another node, with the connection it came by.
struct PeerContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    private let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// The certificate that the other side showed on this connection; TLS proved that it has the key to it.
    var peer: Fingerprint? {
        get async {
            guard let certificate = try? await channel.nioSSL_peerCertificate().get(),
                let bytes = try? certificate.toDERBytes()
            else { return nil }
            return Fingerprint(certificate: bytes)
        }
    }

    /// Where the connection comes from, without the port.
    var address: String { channel.remoteAddress?.ipAddress ?? "?" }

    /// The address, of IPv6 only the first 64 bits: one machine has all the others.
    var network: String {
        if case .v6(let high, _)? = IPAddress(address.prefix { $0 != "%" }) { return String(high, radix: 16) }
        return address
    }
}
