import Federation
package import Observability

/// What `swarm cluster` does: the membership of this machine, and the words about it.
package struct Clustering: Sendable {
    /// Where the secrets are, `Folders.cluster`.
    package var folder: String
    package var terminal: Terminal
    /// What this machine is called where nobody said otherwise.
    package var hostName: String

    package init(folder: String, terminal: Terminal, hostName: String) {
        self.folder = folder
        self.terminal = terminal
        // The first label is what people say.
        self.hostName = NodeName.cleaned(String(hostName.prefix { $0 != "." }), otherwise: "node")
    }

    private var file: ClusterFile { ClusterFile(folder: folder) }

    /// Makes a cluster; its join code goes to standard output, everything about it to standard error.
    /// - Parameter replaces: another cluster gives way.
    package func create(name: String, replaces: Bool) throws {
        let cluster = Cluster(name: try checked(name), secret: ClusterSecret())
        try keep(cluster, replaces: replaces)
        terminal.note(
            "the cluster \(cluster.name) is made; whoever has this code can join it and read what it is asked:"
        )
        showCode(of: cluster)
        terminal.note(
            """
            next: on each other machine `swarm cluster join -`, with the code on its standard input, \
            and `swarm serve` on all of them
            """
        )
    }

    /// Joins the cluster of a code.
    package func join(_ code: String, name: String, replaces: Bool) throws {
        let cluster = Cluster(name: try checked(name), secret: try ClusterSecret(joinCode: code))
        if let old = try? file.load(), old.secret == cluster.secret {
            terminal.note("this machine is in that cluster already (\(file.path))")
            return
        }
        try keep(cluster, replaces: replaces)
        terminal.note("this machine is in the cluster now; a server that runs takes part once it is started anew")
    }

    /// Prints what this machine is in a cluster.
    /// - Parameter hasCode: the join code as well.
    package func show(hasCode: Bool) throws {
        let cluster = try member()
        let identity = try NodeIdentity.load(folder: folder, name: hostName)
        let facts = [
            ("cluster", cluster.name), ("cluster id", cluster.secret.clusterID), ("node", identity.name),
            ("node id", identity.id.rawValue), ("fingerprint", identity.fingerprint.hex), ("kept in", folder),
        ]
        terminal.say(facts.map { Wrapping.padded($0.0, to: 13) + $0.1 + "\n" }.joined())
        if hasCode { showCode(of: cluster) }
    }

    /// Leaves the cluster; the node keeps its key.
    package func leave() throws {
        guard try file.remove() else { throw notMember }
        terminal.note(
            """
            this machine is in no cluster now; a server that runs leaves once it is started anew. The other members still \
            have the code
            """
        )
    }

    private func member() throws -> Cluster {
        guard let cluster = try file.load() else { throw notMember }
        return cluster
    }

    private var notMember: Failure {
        Failure("this machine is in no cluster; `swarm cluster create` makes one, `swarm cluster join CODE` joins one")
    }

    private func checked(_ name: String) throws -> String {
        guard NodeName.isAllowed(name) else {
            throw Failure(
                "a cluster's name has 1 to \(NodeName.limit) bytes, without control characters and spaces to spare"
            )
        }
        return name
    }

    /// The key is made first, so that a folder that cannot be used is told before there is a membership.
    private func keep(_ cluster: Cluster, replaces: Bool) throws {
        _ = try NodeIdentity.load(folder: folder, name: hostName)
        do {
            try file.save(cluster, replacing: replaces)
        } catch .hasCluster(let path) {
            throw Failure(
                "this machine is in a cluster already (\(path)); --replace leaves that one, and its code is then gone from here"
            )
        }
    }

    /// The code alone on standard output, for scripts, and for cameras where somebody is looking.
    private func showCode(of cluster: Cluster) {
        terminal.say(cluster.secret.joinCode + "\n")
        // Upper case makes a smaller picture, and case does not matter.
        guard terminal.canShowStatus, let picture = QRCode(cluster.secret.joinCode.uppercased()) else { return }
        terminal.note(picture.terminalLines(hasColour: terminal.hasColour).joined(separator: "\n"))
    }
}
