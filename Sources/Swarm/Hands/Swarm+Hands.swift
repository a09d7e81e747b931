import SwarmCore

extension Swarm {
    /// A request with the server's tools in place of its own, where it is to have them; `nil` leaves it as it is.
    ///
    /// Without a word about it a request has them when it brings no tools, and when what it asks for is one answer in
    /// plain text: a conversation in which other tools were called belongs to a client that runs these.
    /// - Throws: when the request asks for tools that there are not.
    func equipped(_ request: ChatRequest) async throws(PlanError) -> (request: ChatRequest, hands: PlannedHands)? {
        guard request.toolsWish != ToolsWish.none else { return nil }
        let isAsked = request.toolsWish == .server
        guard let hands else {
            guard isAsked else { return nil }
            throw .unusable(
                parameter: "swarm.tools",
                reason: "this server runs no tools; it does when it is started with --tools"
            )
        }
        guard request.canHaveHands else {
            guard isAsked else { return nil }
            throw .unusable(
                parameter: "swarm.tools",
                reason: "the server's tools are for conversations with one answer"
            )
        }
        guard isAsked || request.leavesToolsOpen else { return nil }
        let offered = await hands.executor.offered()
        guard !offered.isEmpty else {
            guard isAsked else { return nil }
            throw .unusable(parameter: "swarm.tools", reason: "\(hands.executor.place) offers no tools now")
        }
        var equipped = request
        equipped.tools = offered.map(\.spec)
        equipped.toolChoice = .auto
        equipped.parallelToolCalls = true
        equipped.folder = hands.folder(of: request)
        // What a turn says is told when it has ended: it may be no answer.
        if equipped.vote.streaming == .leader { equipped.vote.streaming = .burst }
        return (equipped, PlannedHands(place: hands.executor.place, offered: offered, hands: hands))
    }
}

extension ChatRequest {
    /// Whether its answer is one that can be worked for.
    fileprivate var canHaveHands: Bool {
        if case .choices = policy { return false }
        return completion == nil && messages.last?.role != .assistant
    }

    /// Whether nothing in it speaks of other tools, or of a form that the answer must have.
    fileprivate var leavesToolsOpen: Bool {
        tools.isEmpty && toolChoice == .auto && responseFormat == .text
            && !messages.contains { $0.role == .tool || !$0.toolCalls.isEmpty }
    }
}

extension Hands {
    /// Where a request's relative paths start: where it says, which its session remembers, else where its session was.
    fileprivate func folder(of request: ChatRequest) -> String? {
        guard let session = request.session else { return request.folder }
        guard let folder = request.folder else { return folders[session] }
        folders.remember(folder, of: session)
        return folder
    }
}
