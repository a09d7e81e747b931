package import SwarmCore

/// One thing that a client's configuration is to say.
package struct ClientSetting: Sendable, Equatable {
    /// What happens where the user's file says something else there.
    package enum Weight: Sendable, Equatable {
        /// It is this program's own entry: what is in it is brought up to date.
        case own
        /// The client works without it: the user's value stays.
        case preference
        /// Without it the client does not find the server: the user decides.
        case required
    }

    package var path: [JSONStep]
    package var value: JSON
    package var weight: Weight

    package init(_ path: [JSONStep], _ value: JSON, _ weight: Weight) {
        self.path = path
        self.value = value
        self.weight = weight
    }

    /// A setting that is found by keys only.
    package init(_ keys: String..., is value: JSON, _ weight: Weight) {
        self.init(keys.map(JSONStep.key), value, weight)
    }
}

extension [ClientSetting] {
    /// The settings as one value: a whole configuration file.
    package var json: JSON {
        reduce(JSON.object(JSON.Object())) { file, setting in file.setting(setting.path, to: setting.value) ?? file }
    }
}

/// The server a client is to use.
package struct ClientTarget: Sendable, Equatable {
    package var model: ServedModel
    /// Where the server is reached, such as `http://127.0.0.1:17615`, without `/v1`.
    package var base: String
    /// The server asks for a key, which the client then takes from the environment variable `keyVariable`.
    package var needsKey: Bool

    package init(model: ServedModel, base: String, needsKey: Bool) {
        self.model = model
        self.base = base
        self.needsKey = needsKey
    }

    /// The variable that the server reads its keys from.
    package static let keyVariable = "LOCAL_SWARM_HTTP_API_KEY"
    /// The name of the provider where names are identifiers.
    package static let provider = "local-swarm"
    /// The name of the provider where people read it.
    package static let title = "Local Swarm"
}
