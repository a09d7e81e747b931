import Hardware
import ModelCatalog
import WireFormats

extension DoctorFacts {
    /// Every check, what keeps a server from starting first.
    package var diagnoses: [Diagnosis] {
        [configurationCheck, accessCheck, portCheck, modelCheck, memoryCheck, templateCheck] + upstreamChecks
            + hardwareChecks + folderChecks + [
                databaseCheck, prefixCheck, sandboxCheck, pythonCheck, toolsCheck, clockCheck, hubCheck,
            ]
    }

    package var configurationCheck: Diagnosis {
        let name = "configuration"
        switch configuration {
        case .none: return Diagnosis(name, .ok, "there is no file at \(configurationPath); the defaults hold")
        case .broken(let reason):
            return Diagnosis(
                name,
                .problem,
                reason,
                cure: "mend it; `swarm config` shows every setting and where it comes from"
            )
        case .usable(let permissions, holdsKeys: true) where permissions & 0o077 != 0:
            return Diagnosis(
                name,
                .warning,
                "\(configurationPath) holds keys, and other users of this machine may read it",
                cure: "chmod 600 \(configurationPath)"
            )
        case .usable: return Diagnosis(name, .ok, configurationPath)
        }
    }

    package var accessCheck: Diagnosis {
        let name = "access"
        guard !Settings.isLoopback(host) else {
            let users = keys.isEmpty ? "everybody on this machine" : "whoever has a key"
            return Diagnosis(name, .ok, "only this machine reaches the server on \(host), and \(users) may use it")
        }
        guard !keys.isEmpty else {
            return Diagnosis(
                name,
                .problem,
                "\(host) is reached from other machines, and no key is asked for",
                cure: "set http.api-key: openssl rand -hex 16 | swarm config set http.api-key -"
            )
        }
        if keys.contains(where: { $0.count < 16 }) {
            return Diagnosis(
                name,
                .warning,
                "\(host) is reached from other machines, and a key of less than 16 characters can be guessed",
                cure: "openssl rand -hex 16 | swarm config set http.api-key -"
            )
        }
        return Diagnosis(
            name,
            .ok,
            "\(host) is reached from other machines, by whoever has a key; nothing is encrypted"
        )
    }

    package var portCheck: Diagnosis {
        let name = "port"
        guard port > 0 else { return Diagnosis(name, .ok, "any free port is taken") }
        guard isPortTaken else { return Diagnosis(name, .ok, "\(port) is free") }
        switch server {
        case .served(let model): return Diagnosis(name, .ok, "a Local Swarm with \(model.id) answers on \(port)")
        case .needsKey: return Diagnosis(name, .ok, "a Local Swarm that wants a key answers on \(port)")
        case .starting: return Diagnosis(name, .ok, "a Local Swarm on \(port) is loading its model")
        case .stranger, .nobody:
            return Diagnosis(
                name,
                .problem,
                server == .stranger
                    ? "another program answers on \(port)" : "something holds \(port) and does not answer",
                cure: "end it, or choose another port: swarm config set http.port \(port < 65_535 ? port + 1 : 8080)"
            )
        }
    }

    package var modelCheck: Diagnosis {
        switch model {
        case .none(let reason): return Diagnosis("model", .problem, reason)
        case .unreadable(let path, let reason):
            return Diagnosis(
                "model",
                .problem,
                "\(path) cannot be used: \(reason)",
                cure: "fetch it again, or choose another with --model"
            )
        case .readable(let path, let bytes, let context):
            return Diagnosis("model", .ok, "\(path), \(Amount.words(bytes)), \(context) tokens of context")
        case .away(let name):
            return Diagnosis("model", .ok, "\(name) is not on this machine yet; `swarm serve` fetches it")
        case .elsewhere(let place): return Diagnosis("model", .ok, place)
        }
    }

    package var memoryCheck: Diagnosis {
        let name = "memory"
        if case .served(let model) = server { return Diagnosis(name, .ok, "\(model.id) is in memory") }
        guard let fit else {
            let memory = detection.machine.memory
            return memory.total == 0
                ? Diagnosis(name, .warning, "the system does not tell how much memory there is")
                : Diagnosis(name, .ok, "\(Amount.words(memory.available)) of \(Amount.words(memory.total)) are free")
        }
        guard case .none(let missing) = fit.verdict else {
            return Diagnosis(
                name,
                .ok,
                "the model with \(fit.context) tokens of context and \(fit.candidates) candidates needs "
                    + "\(Amount.words(fit.needed)), which are free"
            )
        }
        return Diagnosis(
            name,
            .problem,
            "the model with \(fit.context) tokens of context and \(fit.candidates) candidates needs "
                + "\(Amount.words(missing)) more than is free",
            cure: "close other programs, give a smaller --context, or choose another model: swarm models"
        )
    }

    package var templateCheck: Diagnosis {
        let name = "tools"
        switch template {
        case .tools(true): return Diagnosis(name, .ok, "the model has a tool format of its own")
        case .tools(false):
            return Diagnosis(
                name,
                .warning,
                "the model has no tool format of its own; tools are shown to it as text",
                cure: "for coding agents choose a model that has one: swarm models"
            )
        case .notAsked:
            return Diagnosis(name, .ok, "not looked at: only a loaded model tells; --load loads it")
        case .failed(let reason): return Diagnosis(name, .problem, "the model cannot be loaded: \(reason)")
        }
    }

    package var upstreamChecks: [Diagnosis] {
        upstreams.map { upstream in
            guard !upstream.isReached else { return Diagnosis("upstream", .ok, "\(upstream.address) answers") }
            return Diagnosis(
                "upstream",
                .warning,
                "\(upstream.address) does not answer; votes go on without its candidates",
                cure: "start it, or take it out of upstream.url"
            )
        }
    }

    package var hardwareChecks: [Diagnosis] {
        let machine = detection.machine
        let names = machine.accelerators.map { "\($0.name), \(Amount.words($0.total))" }
        let found =
            names.isEmpty
            ? "no GPU; the processor computes, with \(machine.processor.cores) cores" : names.joined(separator: "; ")
        let notes = machine.notes.map { Diagnosis("hardware", .warning, "\($0.probe): \($0.text)") }
        return [Diagnosis("hardware", .ok, found)] + notes
    }

    package var folderChecks: [Diagnosis] {
        folders.map { folder in
            let place = "\(folder.path), for \(folder.name)"
            guard folder.isWritable else {
                return Diagnosis(
                    "disk",
                    .problem,
                    "\(place), cannot be written",
                    cure: "give this user write permission on it, or remove what stands in its place"
                )
            }
            guard let free = folder.free else { return Diagnosis("disk", .ok, "\(place), can be written") }
            let words = "\(place), has \(Amount.words(free)) free"
            if free < Self.leastDisk { return Diagnosis("disk", .problem, words, cure: "make room on this disk") }
            if free < Self.scarceDisk {
                return Diagnosis(
                    "disk",
                    .warning,
                    words + ", less than most models take",
                    cure: "make room on this disk"
                )
            }
            return Diagnosis("disk", .ok, words)
        }
    }

    /// Below it not even measurements and votes find room.
    private static let leastDisk: UInt64 = 64 << 20
    private static let scarceDisk: UInt64 = 4 << 30

    package var databaseCheck: Diagnosis {
        switch database {
        case .none: Diagnosis("database", .ok, "\(databasePath) is made when it is needed")
        case .sound: Diagnosis("database", .ok, "\(databasePath) holds together")
        case .broken(let reason): Diagnosis("database", .problem, reason)
        }
    }

    package var prefixCheck: Diagnosis {
        guard let prefixes else { return Diagnosis("prefixes", .ok, "none are kept on disk") }
        let words = "\(Amount.words(prefixes.bytes)) of prefixes on disk, of at most \(Amount.words(prefixes.limit))"
        guard prefixes.bytes > prefixes.limit else { return Diagnosis("prefixes", .ok, words) }
        return Diagnosis(
            "prefixes",
            .warning,
            words,
            cure: "the next server removes the oldest; prefixes.size sets how much they may take"
        )
    }

    package var sandboxCheck: Diagnosis {
        guard let sandbox else { return Diagnosis("sandbox", .ok, "programs in answers can be kept in a box") }
        return Diagnosis(
            "sandbox",
            runsCode ? .problem : .warning,
            "programs in answers cannot be run to compare them: \(sandbox)",
            cure: runsCode ? "install it, or take swarm.run-code out" : "install it to use --run-code"
        )
    }

    package var pythonCheck: Diagnosis {
        if let python { return Diagnosis("python", .ok, "\(python) runs programs in the box") }
        return Diagnosis(
            "python",
            runsCode ? .problem : .warning,
            "there is no python3; Python programs in answers are compared as text",
            cure: "install python3 to use --run-code"
        )
    }

    package var toolsCheck: Diagnosis {
        let name = "server-tools"
        return switch tools {
        case .none: Diagnosis(name, .ok, "the server runs none; calls are returned to clients")
        case .usable(let words): Diagnosis(name, .ok, words)
        case .broken(let reason): Diagnosis(name, .problem, reason, cure: "mend it, or take tools.run out")
        }
    }

    package var clockCheck: Diagnosis {
        let year = 1970 + now / 31_556_952
        guard (2026...2100).contains(year) else {
            return Diagnosis("clock", .problem, "the clock says it is the year \(year)", cure: "set the clock")
        }
        guard newestFile <= now + 86_400 else {
            let days = (newestFile - now) / 86_400
            return Diagnosis(
                "clock",
                .warning,
                "files were last changed \(days) day\(days == 1 ? "" : "s") in the future",
                cure: "see whether the clock is right"
            )
        }
        return Diagnosis("clock", .ok, "it is \(year), and no file is from the future")
    }

    package var hubCheck: Diagnosis {
        switch hub {
        case .reached: Diagnosis("hub", .ok, "\(hubAddress) answers")
        case .offline: Diagnosis("hub", .ok, "not asked: HF_HUB_OFFLINE is set")
        case .unreachable(let reason):
            Diagnosis(
                "hub",
                .warning,
                "\(hubAddress) cannot be reached: \(reason)",
                cure: "what is on this machine works without it; behind a proxy set HTTPS_PROXY"
            )
        }
    }
}
