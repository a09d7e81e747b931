/// The command that starts a server of the Python package mlx-lm.
package struct MLXProgram: Sendable, Equatable {
    /// An absolute path.
    package var path: String
    /// What comes before the server's own options.
    package var arguments: [String]

    package init(path: String, arguments: [String] = []) {
        self.path = path
        self.arguments = arguments
    }

    /// Finds the program.
    ///
    /// - Parameters:
    ///   - setting: a path to `mlx_lm.server`, or to a Python that has the package; it must exist.
    ///   - environment: an active virtual environment (`VIRTUAL_ENV`), then the folders of `PATH` are looked through.
    ///   - isExecutable: whether there is a program at a path.
    /// - Throws: `MLXError.notFound` with what to do about it.
    package static func find(
        setting: String?,
        environment: [String: String],
        isExecutable: (String) -> Bool
    ) throws(MLXError) -> MLXProgram {
        if let setting {
            guard isExecutable(setting) else { throw .notFound("there is no program at \(setting)") }
            let name = setting.split(separator: "/").last ?? ""
            let isPython = name.hasPrefix("python")
            return MLXProgram(path: setting, arguments: isPython ? ["-m", "mlx_lm", "server"] : [])
        }
        let active = environment["VIRTUAL_ENV"].map { [$0 + "/bin"] } ?? []
        let folders = active + (environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in folders where folder.hasPrefix("/") {
            let path = folder + "/mlx_lm.server"
            if isExecutable(path) { return MLXProgram(path: path, arguments: []) }
        }
        throw .notFound("mlx_lm.server is neither in an active virtual environment nor in PATH")
    }
}

/// Why there is no MLX server.
package enum MLXError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text says where it was looked for.
    case notFound(String)
    /// It ended again and again; the text has its last words.
    case died(times: Int, String)
    /// It did not answer in so many seconds.
    case silent(seconds: Int)
    /// The folder of the model cannot be used; the text says why.
    case model(String)
    /// The system has no port for it.
    case port(String)

    package var description: String {
        switch self {
        case .notFound(let reason): "\(reason); `pip install mlx-lm` installs it, and mlx.program says where it is"
        case .died(let times, let words): "mlx_lm.server ended \(times) times in a row; it last said: \(words)"
        case .silent(let seconds): "mlx_lm.server did not answer within \(seconds) s of its start"
        case .model(let reason): reason
        case .port(let reason): "there is no port for mlx_lm.server: \(reason)"
        }
    }
}
