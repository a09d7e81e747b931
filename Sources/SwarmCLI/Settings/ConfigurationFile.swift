import Configuration
import Foundation
import SwarmCore

/// A YAML file of settings whose keys are all known.
package struct ConfigurationFile: Sendable {
    package let path: String
    let values: any ConfigSnapshot

    /// Where the file is, or would be.
    package static func path(named: String?, folders: Folders) -> String {
        named.map(folders.expand) ?? folders.configuration + "/config.yaml"
    }

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - named: the path the user gave; such a file must exist. A relative path counts from the working folder.
    ///   - folders: where the file lies when none was named; it may then be missing.
    /// - Returns: `nil` when there is none.
    package static func read(named: String?, folders: Folders) throws(SettingsError) -> ConfigurationFile? {
        let path = path(named: named, folders: folders)
        let manager = FileManager.default
        var isFolder: ObjCBool = false
        guard unsafe manager.fileExists(atPath: path, isDirectory: &isFolder) else {
            if named == nil { return nil }
            throw .file(path: path, reason: "there is no such configuration file")
        }
        if isFolder.boolValue { throw .file(path: path, reason: "is a folder, not a configuration file") }
        guard let data = manager.contents(atPath: path) else { throw .file(path: path, reason: "cannot be read") }
        return try ConfigurationFile(yaml: String(decoding: data, as: UTF8.self), path: path)
    }

    /// Reads the text of a file; one without any setting is allowed.
    package init(yaml: String, path: String) throws(SettingsError) {
        self.path = path
        let isEmpty = yaml.split(whereSeparator: \.isNewline).allSatisfy { line in
            line.first { !$0.isWhitespace }.map { $0 == "#" } ?? true
        }
        let keys = Locked<[String]>([])
        // The one place where the library shows every key of a file is the question whether it is secret.
        let options = YAMLSnapshot.ParsingOptions(
            secretsSpecifier: .dynamic { key, _ in
                keys.withLock { $0.append(key) }
                return false
            }
        )
        do {
            values = unsafe try YAMLSnapshot(
                data: Array((isEmpty ? "{}" : yaml).utf8).span.bytes,
                providerName: path,
                parsingOptions: options
            )
        } catch {
            throw .file(path: path, reason: SettingsError.firstLine(of: "\(error)"))
        }
        for key in keys.withLock({ $0 }) where SettingKey(rawValue: key) == nil {
            throw .unknownKey(key, file: path, nearest: .nearest(to: key))
        }
    }
}

extension SettingsError {
    fileprivate static func firstLine(of text: String) -> String {
        "is not usable YAML: " + text.split(whereSeparator: \.isNewline).prefix(2).joined(separator: " ")
    }
}
