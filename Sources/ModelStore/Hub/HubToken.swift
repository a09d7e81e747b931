import Foundation

/// A user's access token for a hub.
///
/// Shown nowhere: text made of it, also by reflection, hides it. It goes to the hub's own origin only.
package struct HubToken: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let secret: String

    /// - Returns: `nil` for what cannot stand in a header field.
    package init?(_ text: String) {
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !trimmed.isEmpty, trimmed.utf8.count <= 1000, trimmed.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { return nil }
        secret = trimmed
    }

    package var description: String { "a token" }
    package var debugDescription: String { "a token" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }

    /// The value of the `Authorization` field for a request, `nil` where the token may not go.
    ///
    /// It may go to the hub's own origin, and there over TLS or to this machine only.
    func authorization(to target: Origin, hub: Origin) -> String? {
        guard target == hub, target.scheme == "https" || target.isLoopback else { return nil }
        return "Bearer " + secret
    }

    /// The token of this user, by the rules of huggingface_hub: `HF_TOKEN`, else the file `HF_TOKEN_PATH`, else
    /// `token` in the hub's folder.
    package static func find(environment: [String: String], home: String) -> HubToken? {
        if let text = environment["HF_TOKEN"], let token = HubToken(text) { return token }
        let file = environment["HF_TOKEN_PATH"].flatMap { $0.isEmpty ? nil : $0 }
        let path = file ?? HubFolders(environment: environment, home: home).home + "/token"
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: 4096) else { return nil }
        return HubToken(String(decoding: data, as: UTF8.self))
    }
}

/// Where huggingface_hub keeps its files.
struct HubFolders {
    var home: String
    /// Repositories, one folder each.
    var hub: String

    init(environment: [String: String], home user: String) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        func expand(_ path: String) -> String { path.hasPrefix("~/") ? user + path.dropFirst() : path }
        home = expand(set("HF_HOME") ?? (set("XDG_CACHE_HOME") ?? user + "/.cache") + "/huggingface")
        hub = expand(set("HF_HUB_CACHE") ?? set("HUGGINGFACE_HUB_CACHE") ?? home + "/hub")
    }
}
