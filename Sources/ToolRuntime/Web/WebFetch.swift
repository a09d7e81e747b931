import SwarmCore

/// Fetches pages of the public Internet, and of places that the operator allowed, for models.
struct WebFetch: Sendable {
    let guardian: URLGuard
    let settings: WebSettings

    /// - Parameter permit: what policy says of a host.
    func fetch(
        _ url: String,
        as format: PageFormat,
        permit: @escaping @Sendable (String) -> ToolOutcome?
    ) async -> ToolOutcome {
        let start = ContinuousClock.now
        let outcome = await withTaskGroup(of: ToolOutcome?.self) { group in
            group.addTask { await follow(url, as: format, until: start + settings.time, permit: permit) }
            group.addTask {
                try? await Task.sleep(for: settings.time)
                return nil
            }
            let first = await group.next()
            group.cancelAll()
            return first.flatMap { $0 }
        }
        return outcome ?? ToolOutcome(.failed, "The page did not come within \(Int(settings.time.seconds)) s.")
    }

    private func follow(
        _ url: String,
        as format: PageFormat,
        until deadline: ContinuousClock.Instant,
        permit: @Sendable (String) -> ToolOutcome?
    ) async -> ToolOutcome {
        var page: WebAddress
        do throws(WebAddressError) {
            page = try WebAddress(url)
        } catch {
            return ToolOutcome(.refused, "The URL cannot be fetched: \(error).")
        }
        for _ in 0...settings.redirects {
            if let refusal = permit(page.host.plain) { return refusal }
            let loaded: LoadedPage
            do throws(URLRefusal) {
                let address = try await guardian.checked(page)
                loaded = try await load(page, at: address, until: deadline)
            } catch {
                return ToolOutcome(error.status, "\(page.text.prefix(200)) was not fetched: \(error).")
            }
            guard let location = loaded.redirect else { return outcome(of: loaded, at: page, as: format) }
            do throws(WebAddressError) {
                page = try page.resolving(location)
            } catch {
                return ToolOutcome(.refused, "\(page.text.prefix(200)) leads to a URL that is not fetched: \(error).")
            }
        }
        return ToolOutcome(.failed, "The page leads on more than \(settings.redirects) times.")
    }

    private func load(
        _ page: WebAddress,
        at address: IPAddress,
        until deadline: ContinuousClock.Instant
    ) async throws(URLRefusal) -> LoadedPage {
        do {
            let loader = PageLoader(size: settings.size)
            let left = ContinuousClock.now.duration(to: deadline)
            return try await loader.load(page, at: address, time: max(.zero, left))
        } catch is CancellationError {
            throw URLRefusal(.failed, "it was cancelled")
        } catch {
            // The library's errors name no secrets: there are none in the request.
            throw URLRefusal(.failed, "the connection failed (\(String(describing: error).prefix(120)))")
        }
    }

    private func outcome(of page: LoadedPage, at address: WebAddress, as format: PageFormat) -> ToolOutcome {
        let type = ContentType(page.contentType)
        guard type.isText, !FileText.isBinary(page.bytes) || page.charset?.hasPrefix("utf-16") == true else {
            let kind = page.contentType.isEmpty ? "binary data" : String(page.contentType.prefix(60))
            return ToolOutcome(.failed, "\(address.text.prefix(200)) is \(kind), not text.")
        }
        let isHTML = type.isHTML || (page.contentType.isEmpty && WebFetch.looksLikeHTML(page.bytes))
        var text = PageEncoding.text(page.bytes, charset: page.charset, isHTML: isHTML)
        if isHTML, format != .html {
            let events = HTMLReader.events(Array(text.utf8), limit: 4 * settings.size)
            text = PageText.text(events, isMarkdown: format == .markdown, base: address)
        }
        var notes: [String] = []
        if page.isCut { notes.append("the page is longer than \(settings.size >> 10) KiB; the rest was not fetched") }
        if text.count > settings.output {
            notes.append("\(text.count - settings.output) characters at the end are not shown")
            text = String(text.prefix(settings.output))
        }
        if text.allSatisfy(\.isWhitespace) { text = "(no text)" }
        if !notes.isEmpty { text += "\n[\(notes.joined(separator: "; "))]" }
        guard (200..<300).contains(page.status) else {
            return ToolOutcome(.failed, "HTTP \(page.status) from \(address.text.prefix(200))\n\(text.prefix(1000))")
        }
        return ToolOutcome(.done, text)
    }

    private static func looksLikeHTML(_ bytes: [UInt8]) -> Bool {
        let start = String(decoding: bytes.prefix(512), as: UTF8.self).lowercased()
        return start.contains("<html") || start.contains("<!doctype html") || start.contains("<body")
    }
}
