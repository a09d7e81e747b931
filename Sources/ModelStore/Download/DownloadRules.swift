/// How files are fetched.
package struct DownloadRules: Sendable {
    /// Most bytes of one request.
    package var pieceBytes: UInt64
    /// Requests at a time.
    package var connections: Int
    /// Bytes that are gathered before they are written.
    package var blockBytes: Int
    /// So many bytes at most are lost when the process dies.
    package var journalBytes: UInt64
    /// The same in time, as far as bytes arrive.
    package var journalInterval: Duration
    /// Bytes that stay free on the disk.
    package var reserve: UInt64
    /// A server that says nothing for so long has gone away.
    package var patience: Duration
    /// How often a pull that waits for another looks again.
    package var poll: Duration
    package var retry: RetryRules
    /// Bytes that are free on the disk of a folder; `nil` when that cannot be told.
    package var freeBytes: @Sendable (String) -> UInt64?

    package init(
        pieceBytes: UInt64 = 32 << 20,
        connections: Int = 4,
        blockBytes: Int = 1 << 20,
        journalBytes: UInt64 = 16 << 20,
        journalInterval: Duration = .seconds(1),
        reserve: UInt64 = 512 << 20,
        patience: Duration = .seconds(60),
        poll: Duration = .milliseconds(250),
        retry: RetryRules = RetryRules(),
        freeBytes: @escaping @Sendable (String) -> UInt64? = Folder.freeBytes
    ) {
        self.pieceBytes = pieceBytes
        self.connections = connections
        self.blockBytes = blockBytes
        self.journalBytes = journalBytes
        self.journalInterval = journalInterval
        self.reserve = reserve
        self.patience = patience
        self.poll = poll
        self.retry = retry
        self.freeBytes = freeBytes
    }
}
