/// The configuration file as something to write to.
package struct SettingsFile: Sendable {
    package var path: String

    package init(path: String) { self.path = path }

    /// Sets some settings and takes out those whose value is `nil`; all else in the file stays, comments included.
    ///
    /// - Parameter environment: the process's variables; with them the settings must be usable afterwards.
    /// - Returns: whether the file was written.
    /// - Throws: when a value is not allowed, or when the file cannot be changed without losing something. The file is then
    ///   as it was.
    package func change(
        _ changes: [(key: SettingKey, value: String?)],
        environment: [String: String]
    ) throws -> Bool {
        let old = try AtomicFile.text(of: path)
        let new: String
        do {
            new = try SettingEdit.text(old ?? "", setting: changes)
        } catch {
            throw Failure("\(path) is left as it is, since \(error); change it with an editor")
        }
        // A variable would hide what the file says, and with it what is wrong there.
        let variables = environment.filter { name, _ in !changes.contains { $0.key.variable == name } }
        let file = try ConfigurationFile(yaml: new, path: path)
        _ = try Settings(Layers(flags: [:], environment: variables, file: file))
        guard new != old else { return false }
        try AtomicFile.write(new, to: path, isSecret: changes.contains { $0.key.isSecret && $0.value != nil })
        return true
    }
}
