/// Which hub is asked, and how.
package struct HubSettings: Sendable {
    package var address: HubAddress
    package var token: HubToken?
    package var proxies: ProxyRules
    /// Nothing is asked over the network.
    package var isOffline: Bool

    package init(
        address: HubAddress = HubAddress(endpoint: "https://huggingface.co"),
        token: HubToken? = nil,
        proxies: ProxyRules = ProxyRules(),
        isOffline: Bool = false
    ) {
        self.address = address
        self.token = token
        self.proxies = proxies
        self.isOffline = isOffline
    }

    /// Reads the variables that huggingface_hub and curl read: `HF_ENDPOINT`, `HF_TOKEN`, `HF_HUB_OFFLINE`, the proxies.
    /// - Throws: `PullError.unusable` or `.proxy` for a value that cannot be used.
    package init(environment: [String: String], home: String) throws(PullError) {
        let endpoint = environment["HF_ENDPOINT"].flatMap { $0.isEmpty ? nil : $0 } ?? "https://huggingface.co"
        guard Origin(endpoint) != nil else {
            throw .unusable(
                "HF_ENDPOINT",
                reason: "it must be the address of a hub, such as https://huggingface.co"
            )
        }
        let offline = environment["HF_HUB_OFFLINE"]?.lowercased() ?? ""
        self.init(
            address: HubAddress(endpoint: endpoint),
            token: HubToken.find(environment: environment, home: home),
            proxies: try ProxyRules(environment: environment),
            isOffline: ["1", "on", "yes", "true"].contains(offline)
        )
    }
}
