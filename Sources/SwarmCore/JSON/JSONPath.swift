/// One step from a JSON value to a part of it.
package enum JSONStep: Sendable, Equatable {
    /// The member of an object with this key.
    case key(String)
    /// The element of an array that is an object whose member `key` is the string `value`.
    case element(key: String, value: String)
}

extension JSONStep: CustomStringConvertible {
    package var description: String {
        switch self {
        case .key(let key): key
        case .element(let key, let value): "[\(key) = \(value)]"
        }
    }
}

extension JSON {
    /// The part a path leads to; `nil` when there is none.
    package subscript(path: some Collection<JSONStep>) -> JSON? {
        var part = self
        for step in path {
            switch (step, part) {
            case (.key(let key), .object(let object)):
                guard let member = object[key] else { return nil }
                part = member
            case (.element(let key, let value), .array(let elements)):
                guard let element = elements.first(where: { $0[key]?.stringValue == value }) else { return nil }
                part = element
            default: return nil
            }
        }
        return part
    }

    /// The value with the part a path leads to set, and with what is missing on the way made.
    /// - Returns: `nil` when something else than an object or array stands in the way; `null` does not.
    package func setting(_ path: some Collection<JSONStep>, to value: JSON) -> JSON? {
        guard let step = path.first else { return value }
        let rest = path.dropFirst()
        switch step {
        case .key(let key):
            guard var object = isNull ? JSON.Object() : objectValue,
                let member = (object[key] ?? .null).setting(rest, to: value)
            else { return nil }
            object[key] = member
            return .object(object)
        case .element(let key, let name):
            guard var elements = isNull ? [] : arrayValue else { return nil }
            let place = elements.firstIndex { $0[key]?.stringValue == name }
            guard let element = (place.map { elements[$0] } ?? .null).setting(rest, to: value) else { return nil }
            if let place { elements[place] = element } else { elements.append(element) }
            return .array(elements)
        }
    }

    /// The value without a member, and without the objects that are empty then.
    package func removing(_ path: some Collection<String>) -> JSON {
        guard let key = path.first, var object = objectValue, let member = object[key] else { return self }
        let rest = path.dropFirst()
        let left = member.removing(rest)
        if rest.isEmpty || left.objectValue?.isEmpty == true {
            object[key] = Optional<JSON>.none
        } else {
            object[key] = left
        }
        return .object(object)
    }
}
