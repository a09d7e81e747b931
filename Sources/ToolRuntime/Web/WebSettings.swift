/// How pages are fetched.
package struct WebSettings: Sendable, Equatable {
    /// For everything together, redirects included.
    package var time: Duration
    /// Of a page in bytes, unpacked; what is longer is cut.
    package var size: Int
    /// Redirects that are followed.
    package var redirects: Int
    /// Characters that the model is shown.
    package var output: Int

    package init(time: Duration = .seconds(30), size: Int = 2 << 20, redirects: Int = 5, output: Int = 12_000) {
        self.time = time
        self.size = size
        self.redirects = redirects
        self.output = output
    }
}
