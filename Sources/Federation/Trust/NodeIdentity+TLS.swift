package import NIOSSL

extension NodeIdentity {
    /// How this node lets others connect: TLS 1.3, both sides with a certificate.
    /// - Parameter peers: the certificates that are pinned. Where others come as well, to pair, the connection's handler needs
    ///   a verification of its own, which takes the place of these.
    package func serverTLS(trusting peers: [NIOSSLCertificate]) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)],
            privateKey: .privateKey(privateKey)
        )
        configuration.pin(peers)
        return configuration
    }

    /// How this node connects to others: TLS 1.3, both sides with a certificate.
    /// - Parameter peers: the certificates that are pinned, as above.
    package func clientTLS(trusting peers: [NIOSSLCertificate]) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = [.certificate(certificate)]
        configuration.privateKey = .privateKey(privateKey)
        configuration.pin(peers)
        return configuration
    }
}

extension TLSConfiguration {
    /// Trusts these certificates and no authority; nodes have no names that could be checked.
    fileprivate mutating func pin(_ peers: [NIOSSLCertificate]) {
        minimumTLSVersion = .tlsv13
        certificateVerification = .noHostnameVerification
        trustRoots = .certificates(peers)
        additionalTrustRoots = []
    }
}
